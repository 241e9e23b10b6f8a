using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Messaging;

/// <summary>Workers that die, sleep, and work beside each other: nothing is lost, nothing is applied twice.</summary>
public sealed class WorkerTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Two_workers_share_the_work(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine, "probe", ("PROBE_PAUSE_MS", "20"), ("Messaging:MaxBatch", "50"), ("Messaging:LeaseSeconds", "20"));
        await post.Write(2000);
        var workers = await Task.WhenAll(post.Worker(), post.Worker());
        await post.Write(2000);
        await post.Delivered(4000);
        Assert.Equal(2, await post.Count("SELECT count(DISTINCT process) FROM probe"));
        foreach (var worker in workers)
            await worker.DisposeAsync();
    }

    [Theory, OnBothEngines]
    public async Task A_worker_that_is_killed_again_and_again_loses_nothing(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine, "mail,books", ("PROBE_PAUSE_MS", "30"), ("Messaging:MaxBatch", "40"), ("Messaging:LeaseSeconds", "0.5"));
        await post.Write(2000);
        for (var i = 0; i < 3; i++)
        {
            var worker = await post.Worker();
            await Task.Delay(Random.Shared.Next(0, 400));
            await worker.Kill();
            await worker.DisposeAsync();
            await post.EachOnce();
        }
        Assert.True(await post.Count("SELECT count(*) FROM outbox") > 0, "The kills came too late to prove anything.");
        await using var last = await post.Worker();
        await post.Delivered(2000);
    }

    [Theory, OnBothEngines]
    public async Task A_worker_that_is_asked_to_stop_ends_what_it_has_begun(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine, "probe", ("PROBE_PAUSE_MS", "1500"), ("Messaging:LeaseSeconds", "600"), ("Messaging:MaxBatch", "100"));
        await post.Write(300);
        var worker = await post.Worker();
        await Claimed(post);
        await worker.DisposeAsync();
        Assert.Equal(0, await post.Count("SELECT count(*) FROM outbox WHERE due_at IS NOT NULL"));
        Assert.Equal(300, await post.Count("SELECT count(*) FROM outbox") + await post.Count("SELECT count(*) FROM probe"));
    }

    [Fact]
    public async Task A_worker_killed_between_claim_and_delivery_leaves_the_messages_to_the_next()
    {
        var post = await PostOffice.Open(servers, Engine.Postgres);
        await post.Write(100);
        await using (await post.Database.Hold("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
        {
            var worker = await post.Worker();
            await Claimed(post);
            await worker.Kill();
            await worker.DisposeAsync();
        }
        Assert.Equal(0, await post.Count("SELECT count(*) FROM probe"));
        await using var next = await post.Worker();
        await post.Delivered(100);
    }

    [Fact]
    public async Task A_worker_killed_before_its_effect_is_committed_has_done_nothing()
    {
        var post = await PostOffice.Open(servers, Engine.Postgres);
        await post.Write(100);
        await using (await post.Database.Hold("LOCK TABLE probe IN ACCESS EXCLUSIVE MODE"))
        {
            var worker = await post.Worker();
            await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'probe'::regclass") > 0);
            await worker.Kill();
            await worker.DisposeAsync();
        }
        await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'probe'::regclass") == 0);
        Assert.Equal(0, await post.Count("SELECT count(*) FROM inbox WHERE consumer = 'probe'"));
        await using var next = await post.Worker();
        await post.Delivered(100);
    }

    [Fact]
    public async Task A_worker_killed_after_its_effect_is_committed_is_not_repeated()
    {
        var post = await PostOffice.Open(servers, Engine.Postgres);
        await post.Write(100);
        var worker = await post.Worker(("PROBE_PAUSE_MS", "1500"));
        await Claimed(post);
        await using (await post.Database.Hold("SELECT id FROM outbox FOR UPDATE"))
        {
            await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM probe") == 100);
            await worker.Kill();
            await worker.DisposeAsync();
        }
        Assert.Equal(100, await post.Count("SELECT count(*) FROM outbox"));
        await using var next = await post.Worker();
        await post.Delivered(100);
    }

    [Fact]
    public async Task A_worker_that_sleeps_past_its_lease_does_no_harm_when_it_wakes()
    {
        var post = await PostOffice.Open(servers, Engine.Postgres);
        await post.Write(100);
        await using var sleeper = await post.Worker();
        await using (await post.Database.Hold("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
        {
            await post.Write(100);
            await Claimed(post);
            sleeper.Pause();
        }
        await using var other = await post.Worker();
        await post.Delivered(200);
        sleeper.Continue();
        await post.Write(100);
        await post.Delivered(300);
        // Long enough for what the sleeper had in its hands.
        await Task.Delay(1000);
        await post.EachOnce(300);
    }

    private static Task Claimed(PostOffice post) => Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM outbox WHERE due_at IS NOT NULL") > 0);
}
