using Npgsql;
using Usher.Testing;

namespace Usher.Bench.Sale;

/// <summary>A database for one measurement, dropped after it, so that nothing of it is vacuumed or written during the next.</summary>
internal sealed class ScratchDatabase : IAsyncDisposable
{
    private readonly LocalPostgres _postgres;
    private readonly string _name;

    private ScratchDatabase(LocalPostgres postgres, string name)
    {
        _postgres = postgres;
        _name = name;
    }

    public string ConnectionString => _postgres.ConnectionString(_name);

    public static async Task<ScratchDatabase> Create(LocalPostgres postgres, CancellationToken cancellationToken)
    {
        var name = $"bench_{Guid.CreateVersion7():N}";
        await postgres.CreateDatabase(name, cancellationToken);
        return new ScratchDatabase(postgres, name);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(_postgres.ConnectionString("postgres"));
        await connection.OpenAsync();
        foreach (var sql in (string[])[$"DROP DATABASE {_name} WITH (FORCE)", "CHECKPOINT"])
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 300;
            await command.ExecuteNonQueryAsync();
        }
    }
}
