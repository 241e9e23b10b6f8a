using System.Text.Json;

namespace Usher.Testing.Kills;

/// <summary>
/// Buys, holds, confirms, cancels and repeats itself, on whichever server is there, and keeps what it was told. What got
/// no definite answer is asked again with the same key until it has one.
/// </summary>
internal sealed class Buyer(Shop shop, Person person, History history, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // Not for secrets: a run is repeated by its seed.
    private readonly Random _random = new(seed);
    private readonly List<(string Key, object Order, OnSale Event)> _doubtful = [];
    private int _keys;

    public async Task BuyUntil(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await (_random.Next(10) switch
            {
                0 when shop.Servers > 1 => OneKeyForTwoEvents(),
                1 when shop.Servers > 1 => PastTheLimitFromTwoSides(),
                2 or 3 => Hold(),
                _ => Book(),
            });
            await Task.Delay(_random.Next(5, 40), CancellationToken.None);
        }
    }

    /// <summary>
    /// A server that was asleep may do what another one refused meanwhile. When all is quiet, whatever was refused after
    /// a doubt is asked once more.
    /// </summary>
    public async Task SettleDoubts()
    {
        foreach (var (key, order, ofEvent) in _doubtful)
            await Order(key, order, ofEvent, AnyServer());
        _doubtful.Clear();
    }

    private async Task Book()
    {
        var ofEvent = shop.Events[_random.Next(shop.Events.Count)];
        var order = OrderOf(ofEvent, hold: false);
        var key = NewKey();
        if (await Order(key, order, ofEvent, AnyServer()) is not { } booking)
            return;
        if (_random.Next(4) == 0)
            await Order(key, order, ofEvent, AnyServer());
        // What is scarce is given back, so that it goes on being nearly sold out.
        if (shop.Stock[ofEvent.TicketTypes[0]] < 1000 || ofEvent.MaxPerUser is not null || _random.Next(10) == 0)
            await (_random.Next(2) == 0 && shop.Servers > 1
                ? Task.WhenAll(Change(booking, "cancel", 0), Change(booking, "cancel", 1))
                : Change(booking, "cancel", AnyServer()));
    }

    private async Task Hold()
    {
        var ofEvent = shop.Events[_random.Next(shop.Events.Count)];
        if (await Order(NewKey(), OrderOf(ofEvent, hold: true), ofEvent, AnyServer()) is not { } booking)
            return;
        await (_random.Next(3) switch
        {
            0 => Change(booking, "confirm", AnyServer()),
            1 => Change(booking, "cancel", AnyServer()),
            _ => Task.WhenAll(Change(booking, "confirm", 0), Change(booking, "cancel", shop.Servers - 1)),
        });
        if (ofEvent.MaxPerUser is not null)
            await Change(booking, "cancel", AnyServer());
    }

    /// <summary>Different events have different locks, so only the key itself stands between the two.</summary>
    private async Task OneKeyForTwoEvents()
    {
        var key = NewKey();
        var (one, other) = (shop.Events[0], shop.Events[1]);
        var booked = await Task.WhenAll(Order(key, OrderOf(one, false), one, 0), Order(key, OrderOf(other, false), other, 1));
        if (booked.All(b => b is not null) && booked[0]!.Id == booked[1]!.Id)
            history.Breach($"key {key}: one booking for two orders");
    }

    private async Task PastTheLimitFromTwoSides()
    {
        var ofEvent = shop.Events.Single(e => e.MaxPerUser is not null);
        var order = new { eventId = ofEvent.Event, ticketTypeId = ofEvent.TicketTypes[0], quantity = ofEvent.MaxPerUser };
        var booked = await Task.WhenAll(Order(NewKey(), order, ofEvent, 0), Order(NewKey(), order, ofEvent, 1));
        if (booked.All(b => b is not null))
            history.Breach($"user {person.Id} has twice the {ofEvent.MaxPerUser} tickets that {ofEvent.Event} allows");
        foreach (var booking in booked)
            if (booking is not null)
                await Change(booking, "cancel", AnyServer());
    }

    private async Task<Acknowledged?> Order(string key, object order, OnSale ofEvent, int server)
    {
        var (reply, doubt) = await UntilDefinite(HttpMethod.Post, "api/bookings", key, order, server);
        if (reply.Status != 201)
        {
            history.NoteRefusal();
            if (reply.Status is not (0 or 409 or 422))
                history.Breach($"a booking was answered {reply.Status} {reply.Body}");
            if (doubt && reply.Status == 409)
                lock (_doubtful)
                    _doubtful.Add((key, order, ofEvent));
            return null;
        }
        history.NoteAcknowledged();
        var body = reply.Body;
        return history.Booked(key, new Acknowledged
        {
            Id = body.GetProperty("id").GetGuid(),
            Code = body.GetProperty("code").GetString()!,
            User = body.GetProperty("userId").GetGuid(),
            Event = body.GetProperty("eventId").GetGuid(),
            TotalMinor = body.GetProperty("totalPriceMinor").GetInt64(),
            Items = body.GetProperty("items").EnumerateArray().ToDictionary(i => i.GetProperty("ticketTypeId").GetGuid(), i => i.GetProperty("quantity").GetInt32()),
            State = StateOf(body, "status"),
        });
    }

    /// <summary>Confirming and cancelling move forward only, so a later state is never told back to an earlier one.</summary>
    private async Task Change(Acknowledged booking, string how, int server)
    {
        var (reply, _) = await UntilDefinite(HttpMethod.Put, $"api/bookings/{booking.Id}/{how}", NewKey(), null, server);
        if (reply.Status == 200)
            history.NoteAcknowledged();
        else if (reply.Status is 409)
            history.NoteRefusal();
        else if (reply.Status != 0)
            history.Breach($"{how} of {booking.Id} was answered {reply.Status} {reply.Body}");
        if (reply.Status is 200 or 409)
            lock (booking)
                booking.State = (State)Math.Max((int)booking.State, (int)StateOf(reply.Body, reply.Status == 200 ? "status" : "bookingStatus"));
    }

    private async Task<(Reply Reply, bool Doubt)> UntilDefinite(HttpMethod method, string path, string key, object? body, int server)
    {
        using var patience = new CancellationTokenSource(Patience);
        for (var doubt = false; ; doubt = true, server = AnyServer())
        {
            try
            {
                var reply = await shop.Send(server, method, path, person, key, body, patience.Token);
                if (reply is { Status: 401 })
                    await shop.LogIn(person, server, patience.Token);
                else if (reply is null)
                    history.NoteUnknown();
                else
                    return (reply, doubt);
                await Task.Delay(50, patience.Token);
            }
            catch (OperationCanceledException)
            {
                history.Breach($"{path} with key {key} got no definite answer within {Patience.TotalSeconds} s");
                return (new Reply(0, default, false), doubt);
            }
        }
    }

    private object OrderOf(OnSale ofEvent, bool hold) => ofEvent.TicketTypes.Length > 1 && AnyOf(2) == 0
        ? new { eventId = ofEvent.Event, hold, items = ofEvent.TicketTypes.Select(type => new { ticketTypeId = type, quantity = 1 + AnyOf(2) }).ToArray() }
        : new { eventId = ofEvent.Event, hold, ticketTypeId = ofEvent.TicketTypes[AnyOf(ofEvent.TicketTypes.Length)], quantity = 1 + AnyOf(3) };

    private int AnyServer() => AnyOf(shop.Servers);

    private int AnyOf(int count)
    {
        // Two orders of one buyer may be under way.
        lock (_random)
            return _random.Next(count);
    }

    private string NewKey() => $"{person.Name}-{Interlocked.Increment(ref _keys)}";

    private static State StateOf(JsonElement body, string member) => body.GetProperty(member).GetString() switch
    {
        "pending" => State.Pending,
        "confirmed" => State.Confirmed,
        _ => State.Cancelled,
    };
}
