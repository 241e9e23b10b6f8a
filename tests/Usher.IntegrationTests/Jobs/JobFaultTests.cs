using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Usher.IntegrationTests.Catalog.Watching;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;
using Usher.Server.Features.Accounts;
using Usher.Server.Features.Notifications;
using Usher.Server.Platform.Caching;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;
using Engine = Usher.IntegrationTests.Harness.Engine;

namespace Usher.IntegrationTests.Jobs;

/// <summary>What goes wrong beside the sale: it ends neither the work nor the server, is seen, and is made up for.</summary>
public sealed class JobFaultTests(Servers servers)
{
    /// <summary>A disk, a database as EF Core wraps it, a broker or mail server, a zone that is gone, a wait that somebody else ended, a bug.</summary>
    private static IReadOnlyList<Exception> Faults =>
    [
        new IOException("Device or resource busy"), new DbUpdateException("Wrapped", new IOException()), new SocketException(), new TimeZoneNotFoundException(),
        new TaskCanceledException("Not by us."), new InvalidCastException(),
    ];

    [Theory, OnBothEngines]
    public async Task Whatever_breaks_a_job_the_process_lives_the_health_is_degraded_and_then_well_again(Engine engine)
    {
        await using var server = await servers.Start(engine, Idle);
        await EachJob(server, health => new FaultyScopes(server.Services.GetRequiredService<IServiceScopeFactory>(), health, Faults));

        var organizer = await Person.Organizer(server);
        (await organizer.Book(await organizer.Announce())).Expect(201);
        (await organizer.Get("health/live")).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task A_database_that_breaks_under_a_job_at_whatever_place_does_not_end_it(Engine engine)
    {
        await using var server = await servers.Start(engine, Idle);
        // What each finds to do, so that it gets further than its first look.
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        (await organizer.Book(show, hold: true)).Expect(201);
        var databases = new List<BreakingDatabase>();
        await EachJob(server, health =>
        {
            databases.Add(new BreakingDatabase(server.Services.GetRequiredService<IDatabaseEngine>(), engine));
            return new FaultyScopes(server.Services.GetRequiredService<IServiceScopeFactory>(), health, [], databases[^1]);
        });
        foreach (var place in Enum.GetValues<BreakingPlace>())
            Assert.True(databases.Count(database => database.Broken.ContainsKey(place)) >= 3, $"At {place} broke {databases.Count(database => database.Broken.ContainsKey(place))} of {databases.Count}.");
        (await organizer.Book(show)).Expect(201);
    }

    [Fact]
    public async Task A_loop_that_breaks_begins_again_and_the_failure_is_logged_once()
    {
        var (health, log) = (new JobHealth(new ServiceCollection().BuildServiceProvider()), new Lines());
        using var loop = new Breaks(health, log);
        await loop.StartAsync(default);
        await Eventually.IsTrue(() => Task.FromResult(loop.Begun >= 5));
        Assert.True(await IsDegraded(health, nameof(Breaks)));
        Assert.Equal(1, log.Errors);
        loop.IsWell = true;
        await Eventually.IsTrue(async () => !await IsDegraded(health, nameof(Breaks)));
        await loop.StopAsync(default);
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Work_that_ends_in_spite_of_all_does_not_end_the_server_and_is_shown()
    {
        await using var server = await HostedServer.Start(await servers.NewDatabase(Engine.Sqlite), services => services.AddHostedService<EndsItself>());
        var stranger = new Person(server);
        await Eventually.IsTrue(async () => (await stranger.Get("health/ready"))["checks"]["jobs"]!["status"]!.GetValue<string>() == "degraded");
        Assert.Contains(nameof(EndsItself), (await stranger.Get("health/ready")).Expect(200).Text, StringComparison.Ordinal);
        var organizer = await Person.Organizer(server);
        (await organizer.Book(await organizer.Announce())).Expect(201);
    }

    [Theory, OnBothEngines]
    public async Task A_file_of_the_keys_that_cannot_be_read_is_shown_and_the_keys_stay(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var person = await Person.Attendee(server);
        var file = Path.Combine(server.Database.DataDirectory, "signing-key.pem");
        File.Move(file, $"{file}.aside");
        Directory.CreateDirectory(file);
        await Says(server, "degraded", nameof(ReadSigningKeys));
        Assert.True(await person.IsSignedIn());
        await person.LogIn();
        Directory.Delete(file);
        File.Move($"{file}.aside", file);
        await Says(server, "healthy", "");
        Assert.True(await person.IsSignedIn());
    }

    [Fact]
    public async Task Counts_that_cannot_be_shared_are_tried_again()
    {
        await using var server = await servers.Start(Engine.Sqlite);
        var health = new JobHealth(new ServiceCollection().BuildServiceProvider());
        // One that cannot even be connected to: not away, but wrong.
        await using var nowhere = new RedisLink("127.0.0.1:1,nothing=1", TimeProvider.System, NullLogger<RedisLink>.Instance);
        using var job = ActivatorUtilities.CreateInstance<SharedCounts>(server.Services, nowhere, health, new HurriedTime());
        await job.StartAsync(default);
        await Until(job, () => IsDegraded(health, nameof(SharedCounts)), "is not shown as degraded");
        await Task.Delay(100);
        Assert.False(job.ExecuteTask!.IsCompleted);
        await job.StopAsync(default);
    }

    [Theory, OnBothEngines]
    public async Task A_look_at_the_stock_that_breaks_costs_who_watches_nothing_but_time(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(capacity: 5);
        using var stream = await EventStream.Open(server, show.Id);
        Assert.Equal(5, (await stream.Next()).Data["quantityAvailable"]!.GetValue<int>());
        await server.Database.Run("ALTER TABLE event_stock RENAME TO elsewhere");
        await Says(server, "degraded", "AvailabilityFeeds");
        await server.Database.Run("ALTER TABLE elsewhere RENAME TO event_stock");
        (await organizer.Book(show, 2)).Expect(201);
        Assert.Equal(3, (await stream.Next()).Data["quantityAvailable"]!.GetValue<int>());
        await Says(server, "healthy", "");
    }

    [Theory, OnBothEngines]
    public async Task A_folder_that_takes_no_mails_keeps_them_waiting_and_nobody_from_buying(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Mail:FirstRetrySeconds", "0.2"));
        var folder = Path.Combine(server.Database.DataDirectory, "mail");
        // Nobody may make a folder where there is a file.
        await File.WriteAllTextAsync(folder, "");
        var organizer = await Person.Organizer(server);
        (await organizer.Book(await organizer.Announce())).Expect(201);
        await Says(server, "degraded", "", "mail_folder");
        File.Delete(folder);
        await Letterbox.Wait(server, organizer, 1, "booking-confirmed");
        await Letterbox.Wait(server, organizer, 1, "welcome");
        await Says(server, "healthy", "", "mail_folder");
    }

    [Theory, OnBothEngines]
    public async Task A_folder_of_old_mails_that_cannot_be_removed_keeps_no_other_from_being_removed(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var mail = Path.Combine(server.Database.DataDirectory, "mail");
        var (mounted, old) = (Directory.CreateDirectory(Path.Combine(mail, "2020-01-01")).FullName, Directory.CreateDirectory(Path.Combine(mail, "2020-01-02")).FullName);
        var health = new JobHealth(new ServiceCollection().BuildServiceProvider());
        using var job = ActivatorUtilities.CreateInstance<ForgetMails>(server.Services, new FaultyScopes(server.Services.GetRequiredService<IServiceScopeFactory>(), health, []), new HurriedTime());
        using (new SmallDisk(1, mounted))
        {
            await job.StartAsync(default);
            await Eventually.IsTrue(async () => !Directory.Exists(old) && await IsDegraded(health, nameof(ForgetMails)));
            Assert.False(job.ExecuteTask!.IsCompleted);
        }
        await Eventually.IsTrue(async () => !Directory.Exists(mounted) && !await IsDegraded(health, nameof(ForgetMails)));
        await job.StopAsync(default);
    }

    [Theory, OnBothEngines]
    public async Task An_organizer_whose_report_cannot_be_made_keeps_no_other_from_theirs(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Reports:CheckSeconds", "0.1"));
        var (broken, well) = (await Person.Organizer(server), await Person.Organizer(server));
        // A period that ends after the last day there is.
        var due = TimeProvider.System.GetUtcNow().AddDays(-3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (organizer, day) in ((Person, string)[])[(broken, "9999-12-31"), (well, due)])
            await server.Database.Run($"INSERT INTO report_progress (organizer_id, kind, next_day) VALUES (@id, 0, '{day}')", ("id", organizer.Id));
        await Eventually.IsTrue(async () => await server.Database.Count($"SELECT count(*) FROM report_progress WHERE organizer_id = @id AND next_day > '{due}'", ("id", well.Id)) == 1, 60);
        await Eventually.IsTrue(async () => (await broken.Get("health/ready"))["checks"]["jobs"]!["status"]!.GetValue<string>() == "degraded", 60);
        Assert.Single(server.Output, line => line.Contains($"skips organizer {broken.Id}", StringComparison.Ordinal));
        await server.Database.Run("DELETE FROM report_progress WHERE organizer_id = @id", ("id", broken.Id));
        await Eventually.IsTrue(async () => (await broken.Get("health/ready"))["checks"]["jobs"]!["status"]!.GetValue<string>() == "healthy");
    }

    [Theory, OnBothEngines]
    public async Task A_mail_that_tells_of_nothing_there_is_keeps_no_other_from_being_sent(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var reader = await Person.Attendee(server);
        await Letterbox.Wait(server, reader, 1);
        var (hourAgo, id) = (server.Database.Instant(TimeProvider.System.GetUtcNow().AddHours(-1)), Guid.CreateVersion7());
        await server.Database.Run("""
            INSERT INTO mails (id, kind, subject_id, user_id, edition, domain, due_at, created_at, state, attempts, resends)
            VALUES (@id, 0, @nothing, @user, 0, 'example.com', @at, @at, 0, 0, 0)
            """, ("id", id), ("nothing", Guid.CreateVersion7()), ("user", reader.Id), ("at", hourAgo));
        var organizer = await Person.Organizer(server);
        await Letterbox.Wait(server, organizer, 1);
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT count(*) FROM mails WHERE id = @id AND state = 3", ("id", id)) == 1);
    }

    /// <summary>Nobody here is the one who works alone but those that are tried.</summary>
    private static (string, string)[] Idle => [("Messaging:PollSeconds", "0.01"), ("Messaging:GatherSeconds", "0"), ("Mail:Senders", "1")];

    /// <summary>Runs each job there is in a broken program until it has met every fault, and sees it shown, and well again after it was healed.</summary>
    private static async Task EachJob(HostedServer server, Func<JobHealth, FaultyScopes> broken)
    {
        // All that are written, and not only those that these settings start: none is forgotten.
        var types = typeof(RepeatedWork).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(BackgroundService))).ToList();
        var own = types.Where(type => !type.GetConstructors()[0].GetParameters().Any(parameter => parameter.ParameterType == typeof(IServiceScopeFactory))).ToList();
        // What has no use for the database has a test of its own: the file of the keys and Redis below, the broker with the broker's.
        Assert.Equal(["ReadSigningKeys", "SharedCounts", "Subscriber"], own.Select(type => type.Name).Order(StringComparer.Ordinal));
        foreach (var type in types.Except(own))
        {
            var health = new JobHealth(new ServiceCollection().BuildServiceProvider());
            var scopes = broken(health);
            object[] given = [scopes, new HurriedTime(), .. type.IsSubclassOf(typeof(SupervisedWork)) ? [health] : Array.Empty<object>()];
            using var job = (BackgroundService)ActivatorUtilities.CreateInstance(server.Services, type, given);
            await job.StartAsync(default);
            await Until(job, () => scopes.HasThrownAll, "has not met all of it");
            // One asks a database only that has a clock of its own, the other only after an erasure.
            Assert.True(scopes.HasBroken || type == typeof(ForgetErasedNames) || (type == typeof(ClockReader) && server.Database.Engine == Engine.Sqlite), $"{type.Name} asked for nothing.");
            await Until(job, async () => !scopes.HasBroken || await IsDegraded(health, type.Name), "is not shown as degraded");
            scopes.Heal();
            await Until(job, async () => !await IsDegraded(health, type.Name), "is not well again");
            await job.StopAsync(default);
        }
    }

    private static Task Says(UsherServer server, string status, string why, string check = "jobs") => Eventually.IsTrue(async () =>
        (await new Person(server).Get("health/ready")).Expect(200)["checks"]![check] is { } said && said["status"]!.GetValue<string>() == status
            && said.ToJsonString().Contains(why, StringComparison.Ordinal), 30);

    private static Task Until(BackgroundService job, Func<bool> condition, string otherwise) => Until(job, () => Task.FromResult(condition()), otherwise);

    private static async Task Until(BackgroundService job, Func<Task<bool>> condition, string otherwise)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.False(job.ExecuteTask!.IsCompleted, $"{job.GetType().Name} has ended: {job.ExecuteTask.Exception}");
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), $"{job.GetType().Name} {otherwise}.");
            await Task.Delay(2);
        }
    }

    private static async Task<bool> IsDegraded(JobHealth health, string job) =>
        await health.CheckHealthAsync(new HealthCheckContext()) is { Status: HealthStatus.Degraded, Description: { } says } && says.Contains(job, StringComparison.Ordinal);

    private sealed class Breaks(JobHealth jobs, ILogger log) : SupervisedWork(jobs, new HurriedTime(), log)
    {
        public int Begun { get; private set; }
        public bool IsWell { get; set; }

        protected override async Task Run(CancellationToken stoppingToken)
        {
            Begun++;
            if (!IsWell)
                throw new IOException("Nothing goes.");
            Worked();
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
    }

    private sealed class EndsItself : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new IOException("Nobody catches it.");
        }
    }

    private sealed class Lines : ILogger
    {
        public int Errors { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Errors += logLevel == LogLevel.Error ? 1 : 0;
    }
}
