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
