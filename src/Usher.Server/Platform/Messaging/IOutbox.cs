using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

/// <summary>The statements on the message tables that each engine has its own words for.</summary>
internal interface IOutbox
{
    /// <summary>Leases the first rows that are due, in their order. What another process is about to lease is passed over.</summary>
    Task<List<OutboxRow>> Claim(UsherDb db, long after, int atMost, DateTimeOffset now, DateTimeOffset leaseEnds, CancellationToken cancellationToken);

    /// <summary>
    /// This transaction need not wait until it is on the disk: if a crash takes it back, what it did is done again. The sale
    /// then has the log to itself.
    /// </summary>
    Task CommitLazily(UsherDb db, CancellationToken cancellationToken);

    /// <summary>Notes that the consumer applies these messages, in the transaction that does so, and returns those it had not yet.</summary>
    Task<List<long>> EnterInbox(UsherDb db, string consumer, IReadOnlyList<long> messages, DateTimeOffset now, CancellationToken cancellationToken);
}
