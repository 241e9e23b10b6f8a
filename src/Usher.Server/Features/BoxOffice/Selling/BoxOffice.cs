using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// The one door to the stock. Whoever books, confirms, cancels or expires asks here and hears what became of it
/// after it is durable, together with everyone else who asked at the same moment.
/// </summary>
internal sealed class BoxOffice(IReadOnlyList<SellingLoop> lanes, IOptions<SellingOptions> options, IOptions<RateLimitingOptions> limits)
{
    private readonly ConcurrentDictionary<Guid, int> _inFlight = new();

    /// <param name="caller">Whom the in-flight cap counts; null for the program's own work.</param>
    /// <param name="gone">When the caller leaves before the command is looked at, nothing is done.</param>
    public async Task<Answer> Ask(Command command, Guid? caller, KeyClaim? key, CancellationToken gone)
    {
        if (caller is not { } user || !limits.Value.Enabled)
            return await Queue(command, key, gone);

        try
        {
            return _inFlight.AddOrUpdate(user, 1, (_, n) => n + 1) > options.Value.MaxInFlightPerUser
                ? new Answer.TooManyInFlight()
                : await Queue(command, key, gone);
        }
        finally
        {
            if (_inFlight.AddOrUpdate(user, 0, (_, n) => n - 1) == 0)
                _inFlight.TryRemove(new(user, 0));
        }
    }

    private Task<Answer> Queue(Command command, KeyClaim? key, CancellationToken gone)
    {
        var asked = new Asked(command, key, gone);
        return lanes[(command.EventId.GetHashCode() & int.MaxValue) % lanes.Count].TryQueue(asked)
            ? asked.Answer
            : Task.FromResult<Answer>(new Answer.Overloaded());
    }
}
