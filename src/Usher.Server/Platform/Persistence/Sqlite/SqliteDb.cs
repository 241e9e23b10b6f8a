using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Usher.Server.Platform.Persistence.Sqlite;

internal sealed class SqliteDb(DbContextOptions<SqliteDb> options) : UsherDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite has no instants: whole milliseconds sort and compare as numbers.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));

    internal sealed class AtDesignTime : IDesignTimeDbContextFactory<SqliteDb>
    {
        public SqliteDb CreateDbContext(string[] args)
        {
            var options = new DbContextOptionsBuilder<SqliteDb>();
            new SqliteEngine("Data Source=design.db").Configure(options);
            return new SqliteDb(options.Options);
        }
    }
}
