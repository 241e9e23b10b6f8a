using System.Collections.Concurrent;
using System.Diagnostics;
using Usher.Client;

namespace Usher.Bench.Restarts;

/// <param name="Failed">Requests that got another answer than they should, or none.</param>
/// <param name="Examples">What some of those got.</param>
internal sealed record Tally(long Reads, long Bookings, long Failed, TimeSpan Slowest, TimeSpan Took, IReadOnlyList<string> Examples);

/// <summary>People who read and buy, by the client that anyone may use, but told not to try anything twice.</summary>
internal sealed class Crowd : IDisposable
{
    private readonly HttpClient _http;
    private readonly List<UsherClient> _people = [];
    private readonly ConcurrentQueue<string> _failures = new();
    private Event _evening = null!;
    private long _reads, _bookings, _slowest;

    private Crowd(Uri address) => _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };

    public static async Task<Crowd> Gather(Uri address, int people, CancellationToken cancellationToken)
    {
        var crowd = new Crowd(address);
        var organizer = await crowd.Register("organizer", 0, cancellationToken);
        crowd._evening = await organizer.CreateEvent(new CreateEventRequest
        {
            Name = "A long evening",
            Date = TimeProvider.System.GetUtcNow().AddYears(1).ToString("O"),
            Location = "Here",
            TotalCapacity = 1_000_000,
            TicketTypes = [new() { Name = "Standing", Price = 25m, QuantityAvailable = 1_000_000 }],
        }, cancellationToken: cancellationToken);
        for (var i = 0; i < people; i++)
            crowd._people.Add(await crowd.Register("attendee", i, cancellationToken));
        return crowd;
    }

    public async Task BuyDuring(Func<Task> something)
    {
        using var closing = new CancellationTokenSource();
        var buying = Task.WhenAll(_people.Select(person => Task.Run(() => Buy(person, closing.Token))));
        try
        {
            await something();
        }
        finally
        {
            await closing.CancelAsync();
            await buying;
        }
    }

    public Tally Tally(TimeSpan took) => new(_reads, _bookings, _failures.Count, TimeSpan.FromTicks(_slowest), took, [.. _failures.Take(10)]);

    public void Dispose()
    {
        foreach (var person in _people)
            person.Dispose();
        _http.Dispose();
    }

    private async Task<UsherClient> Register(string role, int number, CancellationToken cancellationToken)
    {
        var person = new UsherClient(_http);
        await person.Register(new RegisterRequest { Username = $"{role}-{number}", Email = $"{role}-{number}@example.com", Password = "a long walk by the river", Role = role }, cancellationToken);
        person.Retries = 0;
        return person;
    }

    private async Task Buy(UsherClient person, CancellationToken closing)
    {
        while (!closing.IsCancellationRequested)
        {
            await Ask(async () =>
            {
                await person.GetEvent(_evening.Id, CancellationToken.None);
                Interlocked.Increment(ref _reads);
            });
            await Ask(async () =>
            {
                await person.BookTickets(new BookTicketsRequest { EventId = _evening.Id, TicketTypeId = _evening.TicketTypes[0].Id, Quantity = 1 }, cancellationToken: CancellationToken.None);
                Interlocked.Increment(ref _bookings);
            });
            // As many as a person makes, not as many as a socket does: an upgrade is not made at the peak.
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private async Task Ask(Func<Task> ask)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await ask();
        }
        catch (Exception failure) when (failure is UsherException or HttpRequestException or TaskCanceledException)
        {
            _failures.Enqueue(failure is UsherException refused ? $"{(int)refused.Status} {refused.Code} {refused.Message}" : failure.ToString());
        }
        var ticks = Stopwatch.GetElapsedTime(began).Ticks;
        for (var seen = Interlocked.Read(ref _slowest); ticks > seen; seen = Interlocked.Read(ref _slowest))
            Interlocked.CompareExchange(ref _slowest, ticks, seen);
    }
}
