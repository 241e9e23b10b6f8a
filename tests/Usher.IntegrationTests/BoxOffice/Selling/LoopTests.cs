using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.IntegrationTests.Harness;
using Usher.Server.Features.BoxOffice;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Postgres;
using Usher.Server.Platform.Persistence.Sqlite;
using Engine = Usher.IntegrationTests.Harness.Engine;

namespace Usher.IntegrationTests.BoxOffice.Selling;

/// <summary>The loop itself on a real database, with batches put together by hand.</summary>
public sealed class LoopTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_batch_sells_what_there_is_in_the_order_of_arrival(Engine engine)
    {
        await using var house = await House.Open(await servers.NewDatabase(engine), capacity: 3);
        var answers = await house.AskTogether([.. Enumerable.Range(0, 5).Select(_ => house.BookOne())]);

        Assert.Equal(3, answers.Take(3).Count(IsDone));
        Assert.All(answers.Skip(3), a => Assert.Equal(Refusal.SoldOut, RefusalOf(a)));
        await house.Verify();
    }

    [Theory, OnBothEngines]
    public async Task The_same_key_twice_in_one_batch_books_once(Engine engine)
    {
        await using var house = await House.Open(await servers.NewDatabase(engine), capacity: 10);
        var key = new KeyClaim(house.Buyer, "book", "once", [1]);
        var other = key with { RequestHash = [2] };
        var answers = await house.AskTogether([(house.BookOne().Item1, key), (house.BookOne().Item1, key), (house.BookOne().Item1, other)]);

        Assert.False(((Answer.Decided)answers[0]).Replayed);
        Assert.True(((Answer.Decided)answers[1]).Replayed);
        Assert.Equal(BookingOf(answers[0]).Id, BookingOf(answers[1]).Id);
        Assert.IsType<Answer.KeyReused>(answers[2]);
        await house.Verify();
    }

    [Theory, OnBothEngines]
    public async Task A_key_settled_earlier_gets_its_first_answer_again(Engine engine)
    {
        await using var house = await House.Open(await servers.NewDatabase(engine), capacity: 10);
        var key = new KeyClaim(house.Buyer, "book", "again", [1]);
        var first = BookingOf((await house.AskTogether([(house.BookOne().Item1, key)]))[0]);
        await house.AskTogether([(new Cancel(first.EventId, first.Id, CancelReason.User, false, null), null)]);
        var again = (Answer.Decided)(await house.AskTogether([(house.BookOne().Item1, key)]))[0];

        Assert.True(again.Replayed);
        Assert.Equivalent(first, BookingOf(again), strict: true);
        await house.Verify();
    }

    [Theory, OnBothEngines]
    public async Task A_command_that_breaks_its_batch_fails_alone(Engine engine)
    {
        await using var house = await House.Open(await servers.NewDatabase(engine), capacity: 10);
        // No such user: the foreign key refuses the booking, and with it the whole set-based insert.
        var broken = new Book(house.EventId, Guid.CreateVersion7(), [new Line(house.TicketTypeId, 1)], false, null, PaymentVerdict.Approved);
        var asked = await house.QueueTogether([house.BookOne(), (broken, null), house.BookOne()]);

        Assert.True(IsDone(await asked[0].Answer));
        await Assert.ThrowsAnyAsync<Exception>(() => asked[1].Answer);
        Assert.True(IsDone(await asked[2].Answer));
        await house.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Whoever_left_before_the_batch_began_changes_nothing(Engine engine)
    {
        await using var house = await House.Open(await servers.NewDatabase(engine), capacity: 10);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var left = new QueuedCommand(house.BookOne().Item1, null, gone.Token);
        Assert.False(left.IsStillWaiting(TimeSpan.FromMinutes(1)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.Answer);
    }

    [Theory, OnBothEngines]
    public async Task Lapsed_holds_are_free_to_the_next_buyer_in_the_same_batch(Engine engine)
    {
        await using var house = await House.Open(await servers.NewDatabase(engine), capacity: 2);
        var hold = BookingOf((await house.AskTogether([(house.BookOne().Item1 with { Hold = true, Lines = [new Line(house.TicketTypeId, 2)] }, null)]))[0]);
        Assert.Equal(Refusal.InsufficientAvailability, RefusalOf((await house.AskTogether([house.BookOne()]))[0]));

        house.Clock.Shift = TimeSpan.FromMinutes(11);
        var answers = await house.AskTogether([house.BookOne(), (new Confirm(house.EventId, hold.Id, PaymentVerdict.Approved), null), house.BookOne()]);
        Assert.True(IsDone(answers[0]));
        Assert.Equal(Refusal.BookingExpired, RefusalOf(answers[1]));
        Assert.True(IsDone(answers[2]));
        await house.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Per_user_caps_hold_inside_a_batch_and_across_batches(Engine engine)
    {
        await using var house = await House.Open(await servers.NewDatabase(engine), capacity: 10, maxPerUser: 2);
        var answers = await house.AskTogether([house.BookOne(), house.BookOne(), house.BookOne()]);
        Assert.Equal(2, answers.Count(IsDone));
        Assert.Equal(Refusal.MaxPerUser, RefusalOf(answers[2]));
        Assert.Equal(Refusal.MaxPerUser, RefusalOf((await house.AskTogether([house.BookOne()]))[0]));
        await house.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Who_has_a_booking_goes_before_those_who_want_one(Engine engine)
    {
        await using var house = await House.Open(await servers.NewDatabase(engine), capacity: 1);
        var sold = BookingOf((await house.AskTogether([house.BookOne()]))[0]);
        var door = house.OpenDoor();
        var (booking, cancelling) = (door.Ask(house.BookOne().Item1), door.Ask(house.CancelOf(sold)));
        await door.Close();
        Assert.True(IsDone(await cancelling));
        Assert.True(IsDone(await booking), "The place that was given back was there for the one who had come before.");

        // Nobody waits for what the program does by itself.
        door = house.OpenDoor();
        (booking, cancelling) = (door.Ask(house.BookOne().Item1), door.Ask(house.CancelOf(BookingOf(await booking)), somebodyWaits: false));
        await door.Close();
        Assert.Equal(Refusal.SoldOut, RefusalOf(await booking));
        Assert.True(IsDone(await cancelling));
        await house.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Where_no_booking_fits_in_any_more_there_is_room_for_who_has_one(Engine engine)
    {
        await using var house = await House.Open(await servers.NewDatabase(engine), capacity: 10);
        var bookings = (await house.AskTogether([house.BookOne(), house.BookOne(), house.BookOne()])).Select(BookingOf).ToArray();
        var door = house.OpenDoor(queueLength: 2);
        var booked = Enumerable.Range(0, 3).Select(_ => door.Ask(house.BookOne().Item1)).ToArray();
        var cancelled = bookings.Select(booking => door.Ask(house.CancelOf(booking))).ToArray();
        Assert.IsType<Answer.Overloaded>(await booked[2]);
        Assert.IsType<Answer.Overloaded>(await cancelled[2]);
        await door.Close();
        Assert.All(booked.Take(2).Concat(cancelled.Take(2)), answer => Assert.True(IsDone(answer.Result)));
        await house.Verify();
    }

    private static bool IsDone(Answer answer) => answer is Answer.Decided { Outcome: Outcome.Done };

    private static Refusal RefusalOf(Answer answer) => ((Outcome.Refused)((Answer.Decided)answer).Outcome).Reason;

    private static Booking BookingOf(Answer answer) => ((Outcome.Done)((Answer.Decided)answer).Outcome).Booking;

    /// <summary>One event with one ticket type, one buyer, and a loop that is fed whole batches.</summary>
    private sealed class House : IAsyncDisposable
    {
        private readonly TestDatabase _database;
        private readonly IDatabaseEngine _engine;
        private readonly ILedger _ledger;

        private House(TestDatabase database)
        {
            _database = database;
            _engine = database.Engine == Engine.Sqlite
                ? new SqliteEngine(database.ConnectionString)
                : new PostgresEngine(database.ConnectionString, new DatabaseOptions());
            _ledger = _engine.Pick<ILedger>(() => new SqliteLedger((SqliteEngine)_engine, Clock), () => new PostgresLedger((PostgresEngine)_engine, Clock));
        }

        public DatabaseClock Clock { get; } = new(TimeProvider.System);
        public Guid EventId { get; } = Guid.CreateVersion7();
        public Guid TicketTypeId { get; } = Guid.CreateVersion7();
        public Guid Buyer { get; } = Guid.CreateVersion7();

        public static async Task<House> Open(TestDatabase database, int capacity, int? maxPerUser = null)
        {
            var house = new House(database);
            await using var db = house.Db();
            await db.Database.MigrateAsync();
            var now = house.Clock.Now;
            db.Users.Add(new User { Id = house.Buyer, Username = "b", UsernameKey = "b", Email = "b@example.com", EmailKey = "b", PasswordHash = "", CreatedAt = now });
            var show = new Event
            {
                Id = house.EventId,
                OrganizerId = house.Buyer,
                Name = "Evening",
                StartsAt = now.AddDays(30),
                TimeZone = "UTC",
                Location = "Here",
                Currency = "EUR",
                MaxPerUser = maxPerUser,
                CreatedAt = now,
                Stock = new EventStock { EventId = house.EventId, TotalCapacity = capacity },
            };
            show.TicketTypes.Add(new TicketType
            {
                Id = house.TicketTypeId,
                EventId = house.EventId,
                Name = "Seat",
                PriceMinor = 1000,
                CreatedAt = now,
                Stock = new TicketStock { TicketTypeId = house.TicketTypeId, EventId = house.EventId, QuantityTotal = capacity },
            });
            show.Describe();
            db.Events.Add(show);
            await db.SaveChangesAsync();
            return house;
        }

        public (Book, KeyClaim?) BookOne() => (new Book(EventId, Buyer, [new Line(TicketTypeId, 1)], false, null, PaymentVerdict.Approved), null);

        public async Task<Answer[]> AskTogether((Book, KeyClaim?)[] commands) =>
            await AskTogether([.. commands.Select(c => ((Command)c.Item1, c.Item2))]);

        public async Task<Answer[]> AskTogether((Command, KeyClaim?)[] commands) =>
            await Task.WhenAll((await QueueTogether(commands)).Select(a => a.Answer));

        /// <summary>All are queued before the loop runs, so they make one batch.</summary>
        public async Task<QueuedCommand[]> QueueTogether((Command, KeyClaim?)[] commands)
        {
            var loop = NewLoop(new SellingOptions());
            var asked = commands.Select(c => new QueuedCommand(c.Item1, c.Item2, CancellationToken.None)).ToArray();
            foreach (var one in asked)
                Assert.True(loop.TryQueue(one));
            loop.Drain();
            await loop.Run();
            return asked;
        }

        public Cancel CancelOf(Booking booking) => new(EventId, booking.Id, CancelReason.User, false, null);

        /// <summary>The door, with nobody behind it yet: who asks waits.</summary>
        public Door OpenDoor(int queueLength = 100) => new(NewLoop(new SellingOptions { QueueLength = queueLength }), Buyer);

        public Task Verify() => _database.Verify();

        public async ValueTask DisposeAsync() => await _ledger.DisposeAsync();

        private SellingLoop NewLoop(SellingOptions options) => new(_ledger, options,
            new SellingRules(TimeSpan.FromMinutes(10), TimeSpan.FromHours(24), 10, TimeSpan.FromSeconds(1)), new OutboxSignal(TimeProvider.System), NullLogger<SellingLoop>.Instance);

        private UsherDb Db() => TestDatabase.Model(_engine);
    }

    private sealed class Door(SellingLoop loop, Guid caller)
    {
        private readonly Server.Features.BoxOffice.Selling.BoxOffice _boxOffice = new([loop], Options.Create(new SellingOptions()), Options.Create(new RateLimitingOptions()), NullLogger<Server.Features.BoxOffice.Selling.BoxOffice>.Instance);

        public Task<Answer> Ask(Command command, bool somebodyWaits = true) => _boxOffice.Ask(command, somebodyWaits ? caller : null, key: null, CancellationToken.None);

        /// <summary>Lets those who wait be served, and nobody else come.</summary>
        public Task Close()
        {
            loop.Drain();
            return loop.Run();
        }
    }
}
