using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Demo;

/// <summary>Demo people, events and bookings, once; and events whose time has come move on by four weeks.</summary>
internal sealed class SeedDemo(UsherDb db, IDatabaseEngine engine, DatabaseClock clock, PasswordHasher passwords, BoxOffice.Selling.BoxOffice boxOffice)
{
    public const string Password = "demo-tickets-please";

    private static readonly (string Name, Role Role)[] People =
    [
        ("demo-admin", Role.Admin), ("demo-club", Role.Organizer), ("demo-hall", Role.Organizer), ("demo-anna", Role.Attendee), ("demo-ben", Role.Attendee),
    ];

    public static IEnumerable<string> LogIns => People.Select(p => p.Name);

    public async Task Run(CancellationToken cancellationToken)
    {
        if (await db.Users.AnyAsync(u => u.UsernameKey == People[0].Name, cancellationToken))
            await MoveOn(cancellationToken);
        else
            await Seed(cancellationToken);
    }

    private async Task Seed(CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var hash = await passwords.Hash(Password, cancellationToken);
        var people = People.ToDictionary(p => p.Name, p => new User
        {
            Id = Guid.CreateVersion7(now),
            Username = p.Name,
            UsernameKey = p.Name,
            Email = $"{p.Name}@example.com",
            EmailKey = $"{p.Name}@example.com",
            EmailVerified = true,
            PasswordHash = hash,
            Role = p.Role,
            CreatedAt = now,
        });
        var events = DemoEvents.All.Select(e => e.ToEvent(people[e.Organizer].Id, now)).ToList();
        await using (var change = await Change.Begin(db, engine, cancellationToken))
        {
            db.Users.AddRange(people.Values);
            db.Events.AddRange(events);
            await change.Commit(cancellationToken);
        }

        // Sold as everything is sold: through the box office.
        var soldOut = events.Find(e => e.Name == DemoEvents.SoldOut)!;
        var cancellable = events.Find(e => e.Name == DemoEvents.Cancellable)!;
        await Buy(people["demo-anna"], soldOut, 4, cancellationToken);
        await Buy(people["demo-ben"], soldOut, 4, cancellationToken);
        await Buy(people["demo-anna"], cancellable, 2, cancellationToken);
    }

    private async Task Buy(User buyer, Event what, int quantity, CancellationToken cancellationToken)
    {
        var book = new Book(what.Id, buyer.Id, [new Line(what.TicketTypes[0].Id, quantity)], Hold: false, ExpectedTotal: null, PaymentVerdict.Approved);
        if (await boxOffice.Ask(book, caller: null, key: null, cancellationToken) is not Answer.Decided { Outcome: Outcome.Done })
            throw new InvalidOperationException($"The demo booking of {what.Name} was refused.");
    }

    /// <summary>Whole weeks, so that a Friday stays a Friday; the clock at the place stays as well.</summary>
    private async Task MoveOn(CancellationToken cancellationToken)
    {
        var soon = clock.Now.AddDays(2);
        var names = DemoEvents.All.Select(e => e.Name).ToList();
        var due = await db.Events.Where(e => e.StartsAt < soon && names.Contains(e.Name) && db.Users.Any(u => u.Id == e.OrganizerId && u.UsernameKey.StartsWith("demo-")))
            .Select(e => e.Id).ToListAsync(cancellationToken);
        foreach (var id in due)
        {
            await using var change = await Change.Begin(db, engine, cancellationToken);
            await change.LockStock(id, cancellationToken);
            var moved = await db.Events.Include(e => e.Stock).Include(e => e.TicketTypes).ThenInclude(t => t.Stock).SingleAsync(e => e.Id == id, cancellationToken);
            var local = moved.LocalDate;
            while (moved.StartsAt < soon)
            {
                local = local.AddDays(28);
                LocalTime.ToInstant(new(local, null), TimeZoneInfo.FindSystemTimeZoneById(moved.TimeZone), out var instant);
                moved.StartsAt = instant;
            }
            moved.Version++;
            moved.UpdatedAt = clock.Now;
            moved.Describe();
            await change.Commit(cancellationToken);
        }
    }
}
