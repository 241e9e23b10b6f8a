using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>Metrics of the box office, updated once per batch and not per command.</summary>
internal static class SellingMeasures
{
    private static readonly Counter<long> Commands = Telemetry.Meter.CreateCounter<long>(
        "usher.bookings", "{command}", "Commands to the box office, by `command` (book, confirm, cancel, expire) and `outcome`.");

    private static readonly Counter<long> Tickets = Telemetry.Meter.CreateCounter<long>(
        "usher.tickets", "{ticket}", "Tickets of created or changed bookings, by their new `state`: pending (held), confirmed (sold), cancelled (returned).");

    private static readonly Histogram<long> BatchSize = Telemetry.Meter.CreateHistogram(
        "usher.batch.size", "{command}", "Commands decided in one transaction.",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });

    private static readonly Histogram<double> BatchTime = Telemetry.Meter.CreateHistogram(
        "usher.batch.duration", "s", "Time from taking a batch until its commit is known.", advice: Times);

    private static readonly Histogram<double> QueueWait = Telemetry.Meter.CreateHistogram(
        "usher.queue.wait", "s", "Longest time that any command of the batch waited in the queue.", advice: Times);

    static SellingMeasures() => Telemetry.Meter.CreateObservableGauge(
        "usher.queue.length", () => Lanes.Sum(lane => lane.Waiting), "{command}", "Commands waiting for a batch, in all lanes of the process.");

    /// <summary>The lanes whose queues are measured.</summary>
    public static IReadOnlyList<SellingLoop> Lanes { get; set; } = [];

    private static InstrumentAdvice<double> Times => new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    /// <param name="batch">Commands that all have their answer.</param>
    /// <param name="began">Stopwatch time at which the batch was taken.</param>
    public static void Note(List<QueuedCommand> batch, long began)
    {
        if (!Commands.Enabled && !BatchTime.Enabled)
            return;
        BatchSize.Record(batch.Count);
        BatchTime.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        QueueWait.Record(Stopwatch.GetElapsedTime(batch.Min(queued => queued.Since), began).TotalSeconds);

        var tally = new Dictionary<(string, string), long>();
        foreach (var queued in batch)
            CollectionsMarshal.GetValueRefOrAddDefault(tally, (NameOf(queued.Command), OutcomeOf(queued.Answer)), out _)++;
        foreach (var ((command, outcome), count) in tally)
            Commands.Add(count, new("command", command), new("outcome", outcome));
    }

    /// <summary>Call it after the commit.</summary>
    public static void Note(Inventory inventory)
    {
        if (!Tickets.Enabled)
            return;
        foreach (var ofState in inventory.Created.Concat(inventory.Changed).GroupBy(b => b.Status))
            Tickets.Add(ofState.Sum(b => b.Quantity), new KeyValuePair<string, object?>("state", WireNames<BookingStatus>.Of(ofState.Key)));
    }

    /// <summary>For a command that entered no batch.</summary>
    public static void NoteTurnedAway(Command command, string guard)
    {
        Guard.Rejected(guard);
        Commands.Add(1, new("command", NameOf(command)), new("outcome", guard));
    }

    public static string NameOf(Command command) => command switch
    {
        Book => CommandNames.Book,
        Confirm => CommandNames.Confirm,
        Cancel => CommandNames.Cancel,
        Expire => CommandNames.Expire,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, null),
    };

    public static string OutcomeOf(Task<Answer> answer) => !answer.IsCompletedSuccessfully ? "failed" : answer.Result switch
    {
        Answer.Decided { Replayed: true } => "replayed",
        Answer.Decided { Outcome: Outcome.Done done } => WireNames<BookingStatus>.Of(done.Booking.Status),
        Answer.Decided { Outcome: Outcome.Refused refused } => WireNames<Refusal>.Of(refused.Reason),
        Answer.Decided => "swept",
        Answer.KeyReused => "key_reused",
        Answer.Unavailable => "unavailable",
        Answer.Unknown => "unknown",
        Answer.Overloaded => "overloaded",
        var other => throw new ArgumentOutOfRangeException(nameof(answer), other, null),
    };
}
