using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Usher.Server.Platform.Persistence.Sqlite;

/// <summary>
/// Limits SQLite to a dozen connections at once, each with the settings of a durable sale. Each connection has its own memory, and a thread
/// while it reads; the driver's pool would open an unlimited number.
/// </summary>
internal sealed class BoundedConnections : DbConnectionInterceptor
{
    private const int Most = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _places = new(Most);

    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
        _places.Wait(Patience) ? Open(connection) : throw Full();

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        await _places.WaitAsync(Patience, cancellationToken) ? Open(connection) : throw Full();

    /// <summary>Here and not in EF Core, so that no failure between taking a place and holding a connection goes unnoticed.</summary>
    private InterceptionResult Open(DbConnection connection)
    {
        try
        {
            connection.Open();
            // By the state change, because a disposed context calls no interceptor.
            connection.StateChange += Leave;
        }
        catch
        {
            _places.Release();
            throw;
        }
        try
        {
            SqliteEngine.MakeDurable(connection, more: SqliteEngine.Overwrites);
            return InterceptionResult.Suppress();
        }
        catch
        {
            connection.Close();
            throw;
        }
    }

    private void Leave(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState != ConnectionState.Closed)
            return;
        ((DbConnection)sender).StateChange -= Leave;
        _places.Release();
    }

    private static SqliteException Full() => new("Too many want to read at once.", SqliteEngine.Sqlite3Busy);
}
