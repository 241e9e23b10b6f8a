using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Persistence.Backup;

/// <summary>People who buy without a pause, and when they were told that they had bought.</summary>
internal sealed class Sale(Show show, Person[] buyers)
{
    private readonly ConcurrentQueue<(Guid Booking, DateTimeOffset AskedAt, DateTimeOffset AnsweredAt)> _sold = new();

    public static async Task<Sale> Open(UsherServer server) =>
        new(await (await Person.Organizer(server)).Announce(capacity: 100_000), await Person.Attendees(server, 4));

    /// <summary>They buy before it, meanwhile, and after it.</summary>
    public async Task During(Func<Task> something)
    {
        using var closing = new CancellationTokenSource();
        var buying = Task.WhenAll(buyers.Select(buyer => Task.Run(() => Buy(buyer, closing.Token))));
        await Sold(buyers.Length);
        await something();
        // One for each of them was asked for before.
        await Sold(3 * buyers.Length);
        await closing.CancelAsync();
        await buying;
    }

    /// <summary>All that was answered until then is there, and nothing that was asked for later; it is sound, and it sells.</summary>
    public async Task Expect(UsherServer server, DateTimeOffset until, DateTimeOffset notFrom)
    {
        var (there, notThere) = (_sold.Where(s => s.AnsweredAt < until).ToList(), _sold.Where(s => s.AskedAt > notFrom).ToList());
        Assert.True(there.Count > 0 && notThere.Count > 0, $"{there.Count} were sold before and {notThere.Count} after.");

        await server.Verify();
        await using var db = TestDatabase.Model(server.Database.NewEngine());
        var found = (await db.Bookings.Select(b => b.Id).ToListAsync()).ToHashSet();
        Assert.All(there, sold => Assert.Contains(sold.Booking, found));
        Assert.All(notThere, sold => Assert.DoesNotContain(sold.Booking, found));
        (await buyers[0].At(server).Book(show)).Expect(201);
    }

    private Task Sold(int more)
    {
        var until = _sold.Count + more;
        return Eventually.IsTrue(() => Task.FromResult(_sold.Count >= until));
    }

    private async Task Buy(Person buyer, CancellationToken closing)
    {
        while (!closing.IsCancellationRequested)
        {
            var asked = TimeProvider.System.GetUtcNow();
            var booked = (await buyer.Book(show)).Expect(201);
            _sold.Enqueue((booked["id"].GetValue<Guid>(), asked, TimeProvider.System.GetUtcNow()));
        }
    }
}
