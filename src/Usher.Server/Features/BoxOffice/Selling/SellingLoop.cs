using System.Diagnostics;
using System.Threading.Channels;
using Usher.Domain;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// Group commit: takes all queued commands, decides them in order (<see cref="QueuedCommand.Order"/>) under one lock, writes the changes at
/// once, commits once, and answers all callers. While a batch commits, the next one fills, so there is no timer: a single command is a
/// batch of one.
/// </summary>
internal sealed partial class SellingLoop(
    ILedger ledger, SellingOptions options, SellingRules rules, OutboxSignal signal, ILogger<SellingLoop> log)
{
    private const int Attempts = 4;
    private static readonly Backoff Pauses = new(TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(100));

    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.TimeoutSeconds);
    private readonly Channel<QueuedCommand> _queue = Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<QueuedCommand> { Comparer = QueuedCommand.Order, SingleReader = true });
    private bool _hasSold;

    public int Waiting => _queue.Reader.Count;

    /// <summary>False if the queue is full. Beyond the limit for bookings, there is still room for priority commands.</summary>
    public bool TryQueue(QueuedCommand command) => _queue.Reader.Count < (command.GoesFirst ? 2 : 1) * options.QueueLength && _queue.Writer.TryWrite(command);

    /// <summary>Accepts no more commands; queued ones are still decided.</summary>
    public void Drain() => _queue.Writer.TryComplete();

    /// <summary>Call it after the loop has ended: an open connection of the ledger would keep SQLite from its final checkpoint.</summary>
    public ValueTask Close() => _hasSold ? ledger.DisposeAsync() : default;

    public async Task Run()
    {
        var batch = new List<QueuedCommand>(options.MaxBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < options.MaxBatch && _queue.Reader.TryRead(out var queued))
                if (queued.IsStillWaiting(_patience))
                    batch.Add(queued);
            if (batch.Count == 0)
                continue;
            _hasSold = true;
            try
            {
                var began = Stopwatch.GetTimestamp();
                using (BatchTrace.Begin(batch))
                    await Sell(batch);
                if (batch.Count > 0)
                    SellingMeasures.Note(batch, began);
            }
            catch (Exception failure)
            {
                // Any failure: the lane continues to sell. Answered callers keep their answer.
                Log.Broke(log, failure, batch.Count);
                batch.ForEach(queued => queued.Fail(failure));
            }
        }
    }

    private async Task Sell(List<QueuedCommand> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answers = await Decide(batch);
                for (var i = 0; i < batch.Count; i++)
                    batch[i].Tell(answers[i]);
                return;
            }
            catch (CommitUnknownException unknown)
            {
                Log.CommitUnknown(log, batch.Count, unknown.InnerException!.Message);
                TellAll(batch, new Answer.Unknown());
                return;
            }
            catch (WriterBusyException)
            {
                // Commands that have waited too long are rejected; the others keep waiting.
                batch.RemoveAll(queued => !queued.IsStillWaiting(_patience));
                if (batch.Count == 0)
                    return;
            }
            catch (Exception failure) when (ledger.IsTransient(failure) || (batch.Count == 1 && ledger.IsTaken(failure)))
            {
                if (attempt >= Attempts)
                {
                    Log.GaveUp(log, batch.Count, failure.Message);
                    TellAll(batch, new Answer.Unavailable());
                    return;
                }
                await Task.Delay(Pauses.After(attempt, Random.Shared.NextDouble()));
            }
            catch (Exception failure) when (batch.Count > 1)
            {
                // One command makes the batch fail: each is retried alone, and only the failing one is rejected.
                Log.Apart(log, batch.Count, failure.Message);
                foreach (var queued in batch)
                    await Sell([queued]);
                return;
            }
            catch (Exception failure)
            {
                Guard.Rejected(Guard.Database);
                batch[0].Fail(failure);
                return;
            }
        }
    }

    private async Task<Answer[]> Decide(List<QueuedCommand> batch)
    {
        try
        {
            var demand = new LedgerDemand(batch, rules.HoldFor);
            var page = await ledger.Open(demand, Left(batch));
            var identities = new Identities(page.Now);
            var inventory = new Inventory(
                page.Now, rules, page.Events.Values, page.Bookings, page.Lapsed, page.TicketsOfUsers, page.HeldByUsers, identities.NewId, identities.NewCode, page.ClosedAccounts);
            var keys = new SettledKeys(page.Keys);

            var answers = new Answer[batch.Count];
            for (var i = 0; i < batch.Count; i++)
                answers[i] = keys.Settle(batch[i].Key, batch[i].Command, inventory.Decide);

            var entry = new LedgerEntry(page.Now, demand, inventory, keys.New);
            if (!entry.IsEmpty)
            {
                await ledger.Commit(entry);
                signal.Raise();
                SellingMeasures.Note(inventory);
            }
            return answers;
        }
        finally
        {
            await ledger.Close();
        }
    }

    /// <summary>Time until the first command has waited too long.</summary>
    private TimeSpan Left(List<QueuedCommand> batch)
    {
        var left = _patience - batch.Max(queued => Stopwatch.GetElapsedTime(queued.Since));
        return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
    }

    private static void TellAll(List<QueuedCommand> batch, Answer answer)
    {
        foreach (var queued in batch)
            queued.Tell(answer);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The connection was lost in a commit of {Commands} commands: {Reason}")]
        public static partial void CommitUnknown(ILogger log, int commands, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Gave up on {Commands} commands: {Reason}")]
        public static partial void GaveUp(ILogger log, int commands, string reason);

        [LoggerMessage(4, LogLevel.Error, "A batch of {Commands} commands broke in a way that nobody expected; the lane goes on")]
        public static partial void Broke(ILogger log, Exception failure, int commands);

        [LoggerMessage(3, LogLevel.Warning, "A batch of {Commands} commands broke and is sold one by one: {Reason}")]
        public static partial void Apart(ILogger log, int commands, string reason);
    }
}
