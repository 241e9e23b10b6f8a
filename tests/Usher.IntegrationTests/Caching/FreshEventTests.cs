using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Caching;

/// <summary>Single events show a sale as soon as it is answered, whoever sold and whoever reads meanwhile.</summary>
public sealed class FreshEventTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_sale_shows_at_once_in_every_process_while_many_read(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        await using var one = await HostedServer.Start(database, ("Bookings:MaxHeldPerUser", "100"));
        await using var two = await ServerProcess.Start(database, ("Bookings:MaxHeldPerUser", "100"));
        var (organizer, buyer) = (await Person.Organizer(one), await Person.Attendee(one));
        var show = await organizer.Announce();
        using var enough = new CancellationTokenSource();
        var crowd = Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
                (await new Person(i % 2 == 0 ? one : two).Get($"api/events/{show.Id}")).Expect(200);
        })).ToArray();

        for (var sold = 1; sold <= 30; sold++)
        {
            (await buyer.At(sold % 3 == 0 ? two : one).Book(show, hold: sold % 2 == 0)).Expect(201);
            foreach (var reader in (Person[])[new(one), new(two)])
            {
                Assert.Equal(1000 - sold, (await reader.Get($"api/events/{show.Id}"))["quantityAvailable"].GetValue<int>());
                Assert.Equal(1000 - sold, (await reader.Get($"api/events/{show.Id}/ticket-types"))["data"][0]!["quantityAvailable"]!.GetValue<int>());
                Assert.Equal(1000 - sold, (await reader.Get($"api/events/{show.Id}/ticket-types/{show.Types[0]}"))["quantityAvailable"].GetValue<int>());
                Assert.Equal(1000 - sold, (await reader.Get($"api/events/{show.Id}/availability"))["quantityAvailable"].GetValue<int>());
            }
        }
        await enough.CancelAsync();
        await Task.WhenAll(crowd);
    }

    [Theory, OnBothEngines]
    public async Task An_edit_in_one_process_shows_in_the_other_at_once_at_the_event_and_within_a_second_in_lists(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        await using var one = await HostedServer.Start(database);
        await using var two = await ServerProcess.Start(database);
        var organizer = await Person.Organizer(one);
        var show = await organizer.Announce();
        var reader = new Person(two);
        for (var i = 0; i < 3; i++)
        {
            (await reader.Get("api/events")).Expect(200);
            (await organizer.Patch($"api/events/{show.Id}", new { name = $"Name {i}" })).Expect(200);
            Assert.Equal($"Name {i}", (await reader.Get($"api/events/{show.Id}"))["name"].GetValue<string>());
            await Task.Delay(1000);
            Assert.Equal($"Name {i}", (await reader.Get("api/events"))["data"][0]!["name"]!.GetValue<string>());
        }
        (await organizer.Patch($"api/events/{show.Id}", new { publication = "draft" })).Expect(200);
        (await reader.Get($"api/events/{show.Id}")).Expect(404);
        (await organizer.Delete($"api/events/{show.Id}")).Expect(204);
        (await organizer.At(two).Get($"api/events/{show.Id}")).Expect(404);
    }

    [Theory, OnBothEngines]
    public async Task What_time_alone_changes_shows_in_time(Engine engine)
    {
        // Nobody sweeps: the hold lapses by itself.
        await using var server = await servers.Start(engine, ("Bookings:HoldMinutes", "0.03"), ("Bookings:SweepSeconds", "60"));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var opens = TimeProvider.System.GetUtcNow().AddSeconds(3);
        var later = await organizer.Announce(more: new { salesStartAt = opens });
        await Turns(buyer, later, opens);

        var held = await organizer.Announce(capacity: 1);
        var lapses = (await buyer.Book(held, hold: true)).Expect(201)["expiresAt"].GetValue<DateTimeOffset>();
        await Turns(buyer, held, lapses);
    }

    /// <summary>It cannot be bought before that instant and can after it, while somebody reads it all the time.</summary>
    private static async Task Turns(Person reader, Show show, DateTimeOffset at)
    {
        var margin = TimeSpan.FromMilliseconds(50);
        while (true)
        {
            var before = TimeProvider.System.GetUtcNow();
            foreach (var path in (string[])["", "/availability"])
            {
                var onSale = (await reader.Get($"api/events/{show.Id}{path}")).Expect(200)["ticketTypes"][0]!["onSale"]!.GetValue<bool>();
                if (before > at + margin)
                    Assert.True(onSale, path);
                else if (TimeProvider.System.GetUtcNow() < at - margin)
                    Assert.False(onSale, path);
            }
            if (before > at + margin)
                return;
            await Task.Delay(20);
        }
    }
}
