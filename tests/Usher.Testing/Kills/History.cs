using System.Collections.Concurrent;
using System.Data.Common;

namespace Usher.Testing.Kills;

internal enum State { Pending, Confirmed, Cancelled }

/// <summary>A booking somebody was told of, as they were told.</summary>
internal sealed class Acknowledged
{
    public required Guid Id { get; init; }
    public required string Code { get; init; }
    public required Guid User { get; init; }
    public required Guid Event { get; init; }
    public required long TotalMinor { get; init; }
    public required IReadOnlyDictionary<Guid, int> Items { get; init; }

    /// <summary>Where the last answer about it left it.</summary>
    public State State { get; set; }

    public string Content => $"{Code} user {User} event {Event} total {TotalMinor} {string.Join(' ', Items.OrderBy(i => i.Key).Select(i => $"{i.Key}×{i.Value}"))} {State}";
}

/// <summary>Everything the buyers were told, and what is wrong with it.</summary>
internal sealed class History
{
    private readonly ConcurrentDictionary<Guid, Acknowledged> _bookings = new();
    private readonly ConcurrentDictionary<(Guid User, string Key), Guid> _keys = new();
    private readonly ConcurrentQueue<string> _breaches = new();
    private long _acknowledged, _unknown, _refused;

    public long AcknowledgedWrites => Interlocked.Read(ref _acknowledged);
    public long Unknown => Interlocked.Read(ref _unknown);
    public long Refusals => Interlocked.Read(ref _refused);
    public int Lost { get; private set; }
    public int Oversold { get; private set; }
    public int Duplicated { get; private set; }
    public IReadOnlyCollection<string> Breaches => _breaches;

    public void NoteUnknown() => Interlocked.Increment(ref _unknown);

    public void NoteRefusal() => Interlocked.Increment(ref _refused);

    public void NoteAcknowledged() => Interlocked.Increment(ref _acknowledged);

    public void Breach(string what) => _breaches.Enqueue(what);

    /// <summary>One key stands for one booking, whoever answers and how often.</summary>
    public Acknowledged Booked(string key, Acknowledged booking)
    {
        if (_keys.GetOrAdd((booking.User, key), booking.Id) != booking.Id)
        {
            Duplicated++;
            Breach($"duplicated: key {key} of user {booking.User} made {booking.Id} and {_keys[(booking.User, key)]}");
        }
        return _bookings.GetOrAdd(booking.Id, booking);
    }

    /// <summary>Compares all that was said with all that is there. Nobody may be buying meanwhile.</summary>
    public async Task Compare(DbConnection database, IReadOnlyDictionary<Guid, int> stock, CancellationToken cancellationToken)
    {
        var there = await Read(database, cancellationToken);
        foreach (var told in _bookings.Values)
        {
            if (!there.TryGetValue(told.Id, out var found))
            {
                Lost++;
                Breach($"lost: {told.Id} {told.Content}");
            }
            else if (found.Content != told.Content)
            {
                Lost++;
                Breach($"changed: {told.Id} was {told.Content} and is {found.Content}");
            }
        }
        foreach (var found in there.Values.Where(found => !_bookings.ContainsKey(found.Id)))
        {
            Duplicated++;
            Breach($"nobody was told of: {found.Id} {found.Content}");
        }
        var sold = there.Values.Where(b => b.State != State.Cancelled).SelectMany(b => b.Items).GroupBy(i => i.Key, i => i.Value);
        foreach (var type in sold.Where(type => stock.TryGetValue(type.Key, out var total) && type.Sum() > total))
        {
            Oversold++;
            Breach($"oversold: ticket type {type.Key}: {type.Sum()} of {stock[type.Key]}");
        }
    }

    private static async Task<Dictionary<Guid, Acknowledged>> Read(DbConnection database, CancellationToken cancellationToken)
    {
        var items = new Dictionary<Guid, Dictionary<Guid, int>>();
        await using (var rows = await Query(database, "SELECT booking_id, ticket_type_id, quantity FROM booking_items", cancellationToken))
            while (await rows.ReadAsync(cancellationToken))
            {
                if (!items.TryGetValue(rows.GetGuid(0), out var ofBooking))
                    items.Add(rows.GetGuid(0), ofBooking = []);
                // Added up: where the unique index is gone, one type may stand there twice.
                ofBooking[rows.GetGuid(1)] = ofBooking.GetValueOrDefault(rows.GetGuid(1)) + rows.GetInt32(2);
            }

        var bookings = new Dictionary<Guid, Acknowledged>();
        await using (var rows = await Query(database, "SELECT id, code, user_id, event_id, total_minor, status FROM bookings", cancellationToken))
            while (await rows.ReadAsync(cancellationToken))
                bookings.Add(rows.GetGuid(0), new()
                {
                    Id = rows.GetGuid(0),
                    Code = rows.GetString(1),
                    User = rows.GetGuid(2),
                    Event = rows.GetGuid(3),
                    TotalMinor = rows.GetInt64(4),
                    State = (State)rows.GetInt16(5),
                    Items = items.GetValueOrDefault(rows.GetGuid(0)) ?? [],
                });
        return bookings;
    }

    private static async Task<DbDataReader> Query(DbConnection database, string sql, CancellationToken cancellationToken)
    {
        // Not disposed: SQLite would close the reader with it.
        var command = database.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteReaderAsync(cancellationToken);
    }
}
