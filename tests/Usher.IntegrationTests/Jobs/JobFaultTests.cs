using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;
using Usher.Server.Features.Notifications;
using Usher.Server.Platform.Jobs;
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
        await using var server = await servers.Start(engine, ("Messaging:PollSeconds", "0.01"), ("Messaging:GatherSeconds", "0"), ("Mail:Senders", "1"));
        // Nobody here is the one who works alone but these.
        var jobs = server.Services.GetServices<IHostedService>().OfType<BackgroundService>().Where(job => job.GetType().Assembly == typeof(RepeatedWork).Assembly).Select(job => job.GetType()).ToList();
        Assert.True(jobs.Count >= 17, $"Only {jobs.Count} jobs.");
        var tried = 0;
        foreach (var type in jobs)
        {
            var health = new JobHealth(new ServiceCollection().BuildServiceProvider());
            var scopes = new FaultyScopes(server.Services.GetRequiredService<IServiceScopeFactory>(), health, Faults);
            // What has no use for the database has faults of its own, below.
            if (!type.GetConstructors()[0].GetParameters().Any(parameter => parameter.ParameterType == typeof(IServiceScopeFactory)))
                continue;
            object[] given = [scopes, new HurriedTime(), .. type.IsSubclassOf(typeof(SupervisedWork)) ? [health] : Array.Empty<object>()];
            using var job = (BackgroundService)ActivatorUtilities.CreateInstance(server.Services, type, given);
            await job.StartAsync(default);
            await Until(async () => scopes.HasThrownAll && await IsDegraded(health, type.Name), "is not shown as degraded");
            scopes.Heal();
            await Until(async () => !await IsDegraded(health, type.Name), "is not well again");
            Assert.False(job.ExecuteTask!.IsCompleted, $"{type.Name} has ended: {job.ExecuteTask.Exception}");
            await job.StopAsync(default);
            tried++;

            async Task Until(Func<Task<bool>> condition, string otherwise)
            {
                var since = Stopwatch.StartNew();
                while (!await condition())
                {
                    Assert.False(job.ExecuteTask!.IsCompleted, $"{type.Name} has ended: {job.ExecuteTask.Exception}");
                    Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), $"{type.Name} {otherwise}.");
                    await Task.Delay(10);
                }
            }
        }
        Assert.True(tried >= 15, $"Only {tried} were tried.");

        var organizer = await Person.Organizer(server);
        (await organizer.Book(await organizer.Announce())).Expect(201);
        (await organizer.Get("health/live")).Expect(200);
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
