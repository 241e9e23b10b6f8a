using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>Storage of the stock: one connection, one transaction at a time.</summary>
internal interface ILedger : IAsyncDisposable
{
    /// <summary>Begins a transaction, locks the events' stock, and reads the required data under the lock.</summary>
    /// <param name="demand">The required data.</param>
    /// <param name="patience">Longest wait for the single writer; then a <see cref="WriterBusyException"/>.</param>
    ValueTask<LedgerPage> Open(LedgerDemand demand, TimeSpan patience);

    /// <summary>Writes and commits. Throws <see cref="CommitUnknownException"/> if the outcome of the commit is unknown.</summary>
    ValueTask Commit(LedgerEntry entry);

    /// <summary>Rolls back an open transaction and drops its data. Never throws.</summary>
    ValueTask Close();

    /// <summary>The database was unreachable, busy or full: nothing was done, and a retry may succeed.</summary>
    bool IsTransient(Exception exception);

    /// <summary>Another process already used the same unique value.</summary>
    bool IsTaken(Exception exception);
}

/// <summary>Data that a batch needs.</summary>
internal sealed class LedgerDemand
{
    /// <param name="batch">The commands.</param>
    /// <param name="holdFor">Time for which a lapsed hold still counts towards the limit of new holds.</param>
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

    /// <summary>Users who ask for a hold.</summary>
    public (Guid User, Guid Event)[] Holders { get; }
    public TimeSpan HoldFor { get; }
    public KeyClaim[] Keys { get; }
}

/// <summary>Data read from the ledger.</summary>
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

    /// <summary>Buyers whose account was erased or suspended.</summary>
    public HashSet<Guid> ClosedAccounts { get; } = [];
}

/// <summary>Data to write.</summary>
internal sealed record LedgerEntry(DateTimeOffset Now, LedgerDemand Demand, Inventory Inventory, IReadOnlyList<SettledKey> Keys)
{
    public bool IsEmpty => !Inventory.HasLapsedHolds && Keys.Count == 0 && !Inventory.Created.Any() && !Inventory.Changed.Any();

    /// <summary>One message for each created or changed booking. The ledger itself writes those of lapsed holds.</summary>
    public IEnumerable<(string Type, Booking Booking)> Messages =>
        Inventory.Created.Concat(Inventory.Changed).Select(b => (b.Status switch
        {
            BookingStatus.Pending => MessageTypes.BookingHeld,
            BookingStatus.Confirmed => MessageTypes.BookingConfirmed,
            _ => MessageTypes.BookingCancelled,
        }, b));
}

/// <summary>The connection was lost between COMMIT and its confirmation.</summary>
internal sealed class CommitUnknownException(Exception cause) : Exception("Whether the commit was done is not known.", cause);
