using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Features.Catalog.Importing;

/// <summary>
/// Limit on concurrent imports of a process, from the first byte of the file to the last row. Each takes a file and a large part of a
/// processor.
/// </summary>
internal sealed class ImportTurns(IOptions<CatalogOptions> options) : IDisposable
{
    private readonly ConcurrencyLimiter _turns = new(new() { PermitLimit = options.Value.ImportsAtOnce });
    private readonly ConcurrentDictionary<(Guid, string, string), bool> _running = new();

    /// <summary>Null if the limit is reached.</summary>
    public IDisposable? TryEnter()
    {
        var turn = _turns.AttemptAcquire();
        if (turn.IsAcquired)
            return turn;
        turn.Dispose();
        Guard.Rejected(Guard.Imports);
        return null;
    }

    /// <summary>Null if an import with this key already runs here. Of two in different processes, one commits.</summary>
    public IDisposable? Begin(KeyClaim? key) => key is null || _running.TryAdd(key.Id, true) ? new Running(_running, key) : null;

    public void Dispose() => _turns.Dispose();

    private sealed class Running(ConcurrentDictionary<(Guid, string, string), bool> running, KeyClaim? key) : IDisposable
    {
        public void Dispose()
        {
            if (key is not null)
                running.TryRemove(key.Id, out _);
        }
    }
}
