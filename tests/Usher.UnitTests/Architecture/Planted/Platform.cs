using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Usher.UnitTests.Architecture.Planted.Features.Catering;
using Usher.UnitTests.Architecture.Planted.Features.Catering.Contract;

namespace Usher.UnitTests.Architecture.Planted.Platform
{
    internal sealed record Table(int Rows);

    [Breaks(nameof(Rules.The_platform_depends_on_no_feature))]
    internal static class CooksItself
    {
        public static Func<Kitchen> Open() => () => new Kitchen([]);
    }

    [Breaks(nameof(Rules.The_platform_depends_on_no_feature))]
    internal sealed record ListensToAFeature(List<MenuChanged> Heard);

    internal static partial class Tells
    {
        [LoggerMessage(1, LogLevel.Information, "Event {Event} is over")]
        public static partial void Over(ILogger log, Guid @event);
    }

    [Breaks(nameof(Rules.No_line_of_the_log_names_what_its_writer_names))]
    internal static partial class TellsOfTheWrongOne
    {
        [LoggerMessage(1, LogLevel.Information, "Event {EventId} is over")]
        public static partial void Over(ILogger log, Guid eventId);
    }

    [Breaks(nameof(Rules.Background_work_has_a_supervisor))]
    internal sealed class WorksUnwatched : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }

    [Breaks(nameof(Rules.Whatever_is_hosted_or_loops_has_a_supervisor))]
    internal sealed class HostedUnwatched : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [Breaks(nameof(Rules.Whatever_is_hosted_or_loops_has_a_supervisor))]
    internal static class GoesRoundUnwatched
    {
        public static async Task Forever()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (await timer.WaitForNextTickAsync())
                await Task.Yield();
        }
    }

    // A circle of two rooms on one floor, and an arrow up; what looks down is as it should be.
    namespace Jobs
    {
        [Breaks(nameof(Rules.A_room_uses_only_floors_below))]
        internal static class AsksNextDoor
        {
            public static Func<int> Ask() => () => Http.AnswersNextDoor.Answer(null);
        }
    }

    namespace Http
    {
        [Breaks(nameof(Rules.A_room_uses_only_floors_below))]
        internal static class AnswersNextDoor
        {
            public static int Answer(List<Type>? types) => types?.Count ?? typeof(Jobs.AsksNextDoor).Name.Length;
        }
    }

    namespace Persistence
    {
        [Breaks(nameof(Rules.A_room_uses_only_floors_below))]
        internal sealed record LooksUp(List<Operations.LooksDown> Seen);
    }

    namespace Operations
    {
        internal sealed record LooksDown(Jobs.Stairs Stairs, Table Table);
    }

    namespace Jobs
    {
        internal sealed record Stairs(int Steps);
    }

    namespace Persistence.Sqlite.Migrations
    {
        [Migration("20270101000000_Initial")]
        internal sealed class Initial : Microsoft.EntityFrameworkCore.Migrations.Migration
        {
            protected override void Up(MigrationBuilder migrationBuilder) { }
        }

        [Migration("20270102000000_Seats")]
        [Breaks(nameof(Rules.Every_migration_is_made_for_both_engines))]
        internal sealed class Seats : Microsoft.EntityFrameworkCore.Migrations.Migration
        {
            protected override void Up(MigrationBuilder migrationBuilder) { }
        }
    }

    namespace Persistence.Postgres.Migrations
    {
        [Migration("20270101000001_Initial")]
        internal sealed class Initial : Microsoft.EntityFrameworkCore.Migrations.Migration
        {
            protected override void Up(MigrationBuilder migrationBuilder) { }
        }

        internal static class Driver
        {
            public static string Name => new Npgsql.NpgsqlConnection().Database;
        }
    }
}
