using System.Threading.RateLimiting;

namespace Usher.Server.Platform.Http;

/// <summary>
/// Responses of unbounded length. Each one is written to a file before its first byte is sent, so no database connection waits for a slow
/// reader, and an error is reported as a status. One person can have a few at once.
/// </summary>
internal sealed class Downloads : IDisposable
{
    private const int AtOnce = 2, Waiting = 50;

    private readonly PartitionedRateLimiter<Guid> _tables = PartitionedRateLimiter.Create<Guid, Guid>(user => Places(user, AtOnce, 0)),
        _exports = PartitionedRateLimiter.Create<Guid, Guid>(user => Places(user, 1, Waiting));

    /// <summary>An export is composed in memory.</summary>
    private readonly ConcurrencyLimiter _composed = new(new() { PermitLimit = AtOnce, QueueLimit = Waiting });

    /// <summary>Two at once for each person, until they have been read.</summary>
    public IDisposable BeginTable(Caller caller) => Granted(_tables.AttemptAcquire(caller.UserId));

    /// <summary>One at once for each person, until it has been read; further ones wait.</summary>
    public async ValueTask<IDisposable> BeginExport(Caller caller, CancellationToken cancellationToken) =>
        Granted(await _exports.AcquireAsync(caller.UserId, 1, cancellationToken));

    public async ValueTask<IDisposable> Compose(CancellationToken cancellationToken) => Granted(await _composed.AcquireAsync(1, cancellationToken));

    public static async Task Send(HttpContext context, FileStream file, string contentType)
    {
        file.Position = 0;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = file.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    public void Dispose()
    {
        _tables.Dispose();
        _exports.Dispose();
        _composed.Dispose();
    }

    private static RateLimitPartition<Guid> Places(Guid user, int atOnce, int waiting) =>
        RateLimitPartition.GetConcurrencyLimiter(user, _ => new() { PermitLimit = atOnce, QueueLimit = waiting });

    private static RateLimitLease Granted(RateLimitLease lease) => lease.IsAcquired ? lease
        : throw new ProblemException(new Problem(Problems.Overloaded, "Finish your current downloads first.") { RetryAfterSeconds = 5 });
}
