using CsCheck;
using Usher.Domain.BoxOffice;

namespace Usher.UnitTests.BoxOffice;

/// <summary>A world, and what happens in it. Bookings are named by their age, so that the same history fits every ledger.</summary>
internal sealed record History(EventPlan[] Events, Moment[] Moments)
{
    private const int Users = 4;

    private static readonly Gen<PaymentVerdict> Payment =
        Gen.Frequency((5, PaymentVerdict.Approved), (1, PaymentVerdict.Declined), (1, PaymentVerdict.Unanswered));

    private static readonly Gen<Step> Steps = Gen.Frequency<Step>(
        (8, Gen.Select(Gen.Int[0, 9], Gen.Int[0, Users - 1], Gen.Select(Gen.Int[0, 9], Gen.Int[1, 4]).Array[1, 3], Gen.Frequency((2, true), (1, false)), Payment, Gen.Int[0, 19],
            (at, user, lines, hold, payment, expects) => (Step)new BookStep(at, user, lines, hold, payment, WrongPrice: expects == 0))),
        (4, Gen.Select(Gen.Int[0, 9], Payment, (age, payment) => (Step)new ConfirmStep(age, payment))),
        (4, Gen.Select(Gen.Int[0, 9], Gen.Bool, (age, bound) => (Step)new CancelStep(age, bound))),
        (1, Gen.Int[0, 9].Select(at => (Step)new ExpireStep(at))));

    private static readonly Gen<Moment> Instants = Gen.Select(
        Gen.Frequency((4, 0), (1, 1), (4, 5 * 60_000), (2, 10 * 60_000), (1, 6 * 3_600_000)),
        Steps.Array[0, 8],
        Gen.Int[1, 4].Array[8],
        Gen.Frequency((30, Gen.Const(0)), (1, Gen.Int[1, 9])),
        Gen.Frequency((15, Gen.Const(0)), (1, Gen.Int[1, 12])),
        (advance, steps, cuts, callOff, resize) => new Moment(TimeSpan.FromMilliseconds(advance), steps, cuts, callOff, resize));

    /// <summary>Everything may happen in them.</summary>
    public static readonly Gen<History> Any = Gen.Select(Worlds(open: false), Instants.Array[1, 20], (events, moments) => new History(events, moments));

    /// <summary>Every ticket can be bought singly, by anyone, at any time.</summary>
    public static readonly Gen<History> Open = Gen.Select(
        Worlds(open: true), Instants.Select(m => m with { CallOff = 0 }).Array[1, 20], (events, moments) => new History(events, moments));

    /// <summary>Runs it as its cuts say, or in batches of one size.</summary>
    public IReadOnlyList<Outcome> Play(Ledger ledger, int? batchSize = null, Action<IReadOnlyList<Command>, IReadOnlyList<Outcome>>? afterBatch = null)
    {
        var outcomes = new List<Outcome>();
        foreach (var moment in Moments)
        {
            ledger.Now += moment.Advance;
            if (moment.CallOff > 0)
                ledger.CallOff(Pick(moment.CallOff));
            if (moment.Resize > 0)
                ledger.Resize(Pick(moment.Resize), moment.Resize);
            var commands = moment.Steps.Select(s => Command(s, ledger)).ToArray();
            for (int at = 0, batch = 0; at < commands.Length; batch++)
            {
                var size = Math.Min(batchSize ?? moment.Cuts[batch], commands.Length - at);
                var cut = commands[at..(at + size)];
                var heard = ledger.Decide(cut);
                outcomes.AddRange(heard);
                at += size;
                afterBatch?.Invoke(cut, heard);
            }
        }
        return outcomes;
    }

    public override string ToString() => string.Join('\n', [.. Events.Select(Print), .. Moments.Select(Print)]);

    public static Guid User(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 2]);

    private EventPlan Pick(int number) => Events[number % Events.Length];

    private Command Command(Step step, Ledger ledger)
    {
        switch (step)
        {
            case BookStep book:
                var at = Pick(book.Event);
                var lines = Array.ConvertAll(book.Lines, l => new Line(at.Types[l.Type % at.Types.Length].Id, l.Quantity));
                return new Book(at.Id, User(book.User), lines, book.Hold, book.WrongPrice ? 0.01m : null, book.Payment);
            case ConfirmStep confirm:
                var (ofConfirm, confirmed) = Named(confirm.Age);
                return new Confirm(ofConfirm, confirmed, confirm.Payment);
            case CancelStep cancel:
                var (ofCancel, cancelled) = Named(cancel.Age);
                return new Cancel(ofCancel, cancelled, cancel.Bound ? CancelReason.User : CancelReason.Organizer, cancel.Bound, null);
            case ExpireStep expire:
                return new Expire(Pick(expire.Event).Id);
            default:
                throw new InvalidOperationException(step.ToString());
        }

        (Guid Event, Guid Booking) Named(int age)
        {
            if (ledger.Order.Count == 0)
                return (Events[0].Id, User(0));
            var booking = ledger.Find(ledger.Order[^(1 + age % ledger.Order.Count)]);
            return (booking.EventId, booking.Id);
        }
    }

    private static Gen<EventPlan[]> Worlds(bool open)
    {
        var type = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 8], Gen.Int[1, open ? 1 : 2], Maybe(1, 4, open), (price, total, min, max) =>
            new TypePlan(Guid.Empty, price * 500, total, min, max < min ? min : max));
        var plan = Gen.Select(Gen.Int[0, 14], Maybe(1, 8, open), Maybe(1, 6, open), Maybe(0, 4, open), Maybe(5, 40, open), Gen.Int[20, 60], type.Array[1, 3],
            (capacity, maxPerBooking, maxPerUser, salesStart, salesEnd, starts, types) => new EventPlan(
                Guid.Empty, capacity, maxPerBooking, maxPerUser, Minutes(salesStart * 5), Minutes(salesEnd * 15),
                open ? TimeSpan.FromDays(1000) : TimeSpan.FromHours(starts), types));
        return plan.Array[1, 3].Select(plans => plans.Select((p, e) => p with
        {
            Id = Id(3, e),
            Types = [.. p.Types.Select((t, i) => t with { Id = Id(4, 10 * e + i) })],
        }).ToArray());

        static Gen<int?> Maybe(int from, int to, bool never) =>
            never ? Gen.Const((int?)null) : Gen.Frequency((2, Gen.Const((int?)null)), (1, Gen.Int[from, to].Select(n => (int?)n)));
        static TimeSpan? Minutes(int? minutes) => minutes is { } m ? TimeSpan.FromMinutes(m) : null;
        static Guid Id(byte kind, int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, kind]);
    }

    private static string Print(EventPlan plan) => $"{plan with { Types = [] }}: {string.Join(", ", (object[])plan.Types)}";

    private static string Print(Moment moment) =>
        $"+{moment.Advance} call off {moment.CallOff} resize {moment.Resize} cuts {string.Join(',', moment.Cuts)}: "
        + string.Join("; ", moment.Steps.Select(s => s is BookStep b ? $"{b} {string.Join(',', b.Lines)}" : s.ToString()));
}

/// <summary>What is asked at one instant, and how it is cut into batches.</summary>
internal sealed record Moment(TimeSpan Advance, Step[] Steps, int[] Cuts, int CallOff, int Resize);

internal abstract record Step;
internal sealed record BookStep(int Event, int User, (int Type, int Quantity)[] Lines, bool Hold, PaymentVerdict Payment, bool WrongPrice) : Step;
internal sealed record ConfirmStep(int Age, PaymentVerdict Payment) : Step;
internal sealed record CancelStep(int Age, bool Bound) : Step;
internal sealed record ExpireStep(int Event) : Step;
