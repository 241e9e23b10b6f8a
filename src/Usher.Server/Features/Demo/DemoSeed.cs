using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Features.Catalog.TicketTypes;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Demo;

/// <summary>
/// Creates the demo before the first request. A later start adds nothing, but moves past events into the future, so there is always
/// something to book.
/// </summary>
internal sealed partial class DemoSeed(
    IServiceScopeFactory scopes, PasswordHasher passwords, BoxOffice.Selling.BoxOffice boxOffice,
    IHostApplicationLifetime lifetime, ILogger<DemoSeed> log) : IHostedService
{
    // Whole weeks, so that a Friday evening stays one.
    private const int DaysMoved = 28;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var now = DatabaseClock.Truncate(await db.ReadClock(cancellationToken));
        if (await db.Users.AnyAsync(u => u.EmailKey == EmailAddress.Key(DemoAccount.Admin.Email), cancellationToken))
            await MoveEvents(db, now, cancellationToken);
        else
            await Make(db, now, cancellationToken);
        await Sell(db, cancellationToken);
        lifetime.ApplicationStarted.Register(PrintLogIns);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Make(UsherDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var users = new Dictionary<DemoAccount, User>();
        foreach (var account in DemoAccount.All)
            users[account] = await account.Open(passwords, now, cancellationToken);
        db.AddRange(users.Values);
        foreach (var (number, demo) in DemoEvent.All.Index())
            db.Add(Describe(demo, users[demo.Organizer].Id, FirstIdOf(number), now));
        try
        {
            await using var change = await Change.Begin(db, cancellationToken);
            await change.Commit(cancellationToken);
        }
        catch (DbUpdateException exception) when (db.Engine.ViolatedKey(exception) is { } key)
        {
            Log.NotMade(log, key);
        }
        db.ChangeTracker.Clear();
    }

    private static Event Describe(DemoEvent demo, Guid organizer, int firstId, DateTimeOffset now)
    {
        var day = now.UtcDateTime.Date.AddDays(demo.InDays);
        var begins = day + TimeSpan.Parse(demo.At, System.Globalization.CultureInfo.InvariantCulture);
        var request = demo.About with
        {
            Date = Local(begins),
            EndDate = Local(begins.AddHours(demo.Hours)),
            SalesStartAt = demo.SalesStartInDays is { } days ? EventTimes.Instant(now.AddDays(days)) : null,
            CancellationDeadline = demo.CancelUntilHoursBefore is { } hours ? Local(begins.AddHours(-hours)) : null,
            TicketTypes = null,
        };
        var (row, faults) = (EventRules.Blank(organizer, request.Currency!, now, DemoIds.Of(firstId)), new Faults());
        EventRules.Create(request, row, now, faults);
        foreach (var (index, type) in demo.About.TicketTypes!.Index())
            TicketTypeRules.Create(type!, row, now.AddMilliseconds(index), faults, known: DemoIds.Of(firstId + 1 + index));
        if (faults.ToProblem() is { } problem)
            throw new InvalidOperationException($"The demo event {request.Name} breaks a rule: {string.Join(' ', problem.Errors!.Keys)}.");
        row.Describe();
        return row;
    }

    private static async Task MoveEvents(UsherDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var id in Enumerable.Range(0, DemoEvent.All.Length).Select(number => DemoIds.Of(FirstIdOf(number))))
        {
            await using var change = await Change.Begin(db, cancellationToken);
            if (await change.Take(id, cancellationToken) is not { CancelledAt: null } row || row.StartsAt > now.AddDays(1))
                continue;
            var by = TimeSpan.FromDays(DaysMoved * Math.Ceiling((now.AddDays(2) - row.StartsAt).TotalDays / DaysMoved));
            var zone = Zones.Of(row.TimeZone);
            string? Moved(DateTimeOffset? instant) => instant is { } at ? Local(LocalTime.ToLocal(at, zone) + by) : null;

            var faults = new Faults();
            EventRules.Change(ChangeEventRequest.Of(row) with
            {
                Date = Moved(row.StartsAt),
                EndDate = Moved(row.EndsAt),
                SalesStartAt = null,
                SalesEndAt = null,
                CancellationDeadline = Moved(row.CancellationDeadline),
            }, row, now, faults);
            if (faults.ToProblem() is not null)
                continue;
            row.Describe();
            row.Version++;
            row.UpdatedAt = now;
            await change.Commit(cancellationToken);
        }
    }

    private async Task Sell(UsherDb db, CancellationToken cancellationToken)
    {
        foreach (var sale in DemoSale.All)
        {
            var (key, firstId) = (EmailAddress.Key(sale.Buyer.Email), FirstIdOf(Array.IndexOf(DemoEvent.All, sale.Event)));
            var (id, type) = (DemoIds.Of(firstId), DemoIds.Of(firstId + 1));
            var buyer = await db.Users.Where(u => u.EmailKey == key).Select(u => u.Id).SingleOrDefaultAsync(cancellationToken);
            if (buyer == default || await db.Bookings.AnyAsync(b => b.UserId == buyer && b.EventId == id, cancellationToken))
                continue;
            await boxOffice.Ask(new Book(id, buyer, [new Line(type, sale.Quantity)], Hold: false, ExpectedTotal: null, PaymentVerdict.Approved), null, null, cancellationToken);
        }
    }

    private static void PrintLogIns() => Console.Out.WriteLine($"""

        Demo log-ins, all with the password {DemoAccount.Password}
        {string.Join('\n', DemoAccount.All.Select(a => $"  {a.Role,-10}{a.Email}"))}

        """);

    /// <summary>The ids of an event's ticket types follow its own.</summary>
    private static int FirstIdOf(int number) => 16 * number + 1;

    private static string Local(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "There is no demo: another process is making it, or an account has one of its names ({Key})")]
        public static partial void NotMade(ILogger log, string key);
    }
}
