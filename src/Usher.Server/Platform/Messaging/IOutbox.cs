using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

/// <summary>The statements on the message tables that each engine has its own words for.</summary>
internal interface IOutbox
{
    /// <summary>Leases the first rows that are due, in their order. What another process is about to lease is passed over.</summary>
    Task<List<OutboxRow>> Claim(UsherDb db, long after, int atMost, DateTimeOffset now, DateTimeOffset leaseEnds, CancellationToken cancellationToken);

    /// <summary>Notes that the consumer applies these messages, in the transaction that does so, and returns those it had not yet.</summary>
    Task<List<long>> EnterInbox(UsherDb db, string consumer, IReadOnlyList<long> messages, DateTimeOffset now, CancellationToken cancellationToken);
}
