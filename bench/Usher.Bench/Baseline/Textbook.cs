using Npgsql;

namespace Usher.Bench.Baseline;

/// <summary>The one ticket type that pgbench and EF Core sell.</summary>
internal static class Textbook
{
    public static readonly Guid Event = new("00000000-0000-7000-8000-000000000001");
    public static readonly Guid TicketType = new("00000000-0000-7000-8000-000000000002");

    public static string PgbenchScript => File("textbook.pgbench");

    public static async Task CreateTables(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = await System.IO.File.ReadAllTextAsync(File("baseline.sql"), cancellationToken);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The buyers are those that <c>baseline.sql</c> knows by their number, from 1 to 64.</summary>
    public static async Task<Guid[]> Buyers(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT array_agg(id) FROM users";
        return (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string File(string name) => Path.Combine(AppContext.BaseDirectory, "Baseline", name);
}
