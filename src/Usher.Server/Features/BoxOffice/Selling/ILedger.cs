using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// The stock as it is kept: one connection, one transaction at a time.
/// </summary>
internal interface ILedger : IAsyncDisposable
{
    /// <summary>Begins, locks the events' stock, and reads what is asked for as it is under the lock.</summary>
    /// <param name="demand">What is asked for.</param>
    /// <param name="patience">For how long it may wait where all who write take turns: a <see cref="WriterBusyException"/>.</param>
    ValueTask<LedgerPage> Open(LedgerDemand demand, TimeSpan patience);

    /// <summary>Writes and commits. Throws <see cref="CommitUnknownException"/> if nobody can say whether it did.</summary>
    ValueTask Commit(LedgerEntry entry);

    /// <summary>Ends whatever is still open and forgets what was not committed. Never throws.</summary>
    ValueTask Close();

    /// <summary>The database was away, busy or full: the same may succeed later, and nothing was done.</summary>
    bool IsTransient(Exception exception);

    /// <summary>Another process had the same unique value first.</summary>
    bool IsTaken(Exception exception);
}

/// <summary>What a batch has to know.</summary>
internal sealed class LedgerDemand
{
    /// <param name="batch">Of commands.</param>
    /// <param name="holdFor">For how long a lapsed hold still counts for who asks for another.</param>
    public LedgerDemand(List<QueuedCommand> batch, TimeSpan holdFor)
    {
        var events = new HashSet<Guid>();
        var bookings = new HashSet<Guid>();
        var buyers = new HashSet<(Guid User, Guid Event)>();
        var holders = new HashSet<(Guid User, Guid Event)>();
        foreach (var queued in batch)
        {
            events.Add(queued.Command.EventId);
            switch (queued.Command)
            {
                case Book book:
                    buyers.Add((book.UserId, book.EventId));
                    if (book.Hold)
                        holders.Add((book.UserId, book.EventId));
                    break;
                case Confirm confirm: bookings.Add(confirm.BookingId); break;
                case Cancel cancel: bookings.Add(cancel.BookingId); break;
            }
        }
        (Events, Bookings, Buyers, Holders, HoldFor) = ([.. events], [.. bookings], [.. buyers], [.. holders], holdFor);
        Keys = [.. batch.Where(a => a.Key is not null).Select(a => a.Key!).DistinctBy(k => k.Id)];
    }

    public Guid[] Events { get; }
    public Guid[] Bookings { get; }
    public (Guid User, Guid Event)[] Buyers { get; }

    /// <summary>Those who ask for a hold.</summary>
    public (Guid User, Guid Event)[] Holders { get; }
    public TimeSpan HoldFor { get; }
    public KeyClaim[] Keys { get; }
}

/// <summary>What stood in the ledger.</summary>
internal sealed class LedgerPage
{
    /// <summary>The database's clock, read after the lock was granted.</summary>
    public DateTimeOffset Now { get; set; }
    public Dictionary<Guid, EventOffer> Events { get; } = [];
    public List<Booking> Bookings { get; } = [];
    public List<LapsedHold> Lapsed { get; } = [];
    public Dictionary<(Guid User, Guid Event), int> TicketsOfUsers { get; } = [];
    public Dictionary<(Guid User, Guid Event), int> HeldByUsers { get; } = [];
    public List<(KeyClaim Key, string Answer)> Keys { get; } = [];

    /// <summary>Of the buyers, those whose account has been erased or suspended.</summary>
    public HashSet<Guid> ClosedAccounts { get; } = [];
}

/// <summary>What is to be written into it.</summary>
internal sealed record LedgerEntry(DateTimeOffset Now, LedgerDemand Demand, Inventory Inventory, IReadOnlyList<SettledKey> Keys)
{
    public bool IsEmpty => !Inventory.HasLapsedHolds && Keys.Count == 0 && !Inventory.Created.Any() && !Inventory.Changed.Any();

    /// <summary>One message for each booking that was made or changed; those of lapsed holds the ledger writes itself.</summary>
    public IEnumerable<(string Type, Booking Booking)> Messages =>
        Inventory.Created.Concat(Inventory.Changed).Select(b => (b.Status switch
        {
            BookingStatus.Pending => MessageTypes.BookingHeld,
            BookingStatus.Confirmed => MessageTypes.BookingConfirmed,
            _ => MessageTypes.BookingCancelled,
        }, b));
}

/// <summary>The connection was lost between sending COMMIT and hearing of it.</summary>
internal sealed class CommitUnknownException(Exception cause) : Exception("Whether the commit was done is not known.", cause);
