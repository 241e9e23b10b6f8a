using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

/// <summary>
/// The publisher of the transactional outbox. It takes messages in the order they were written, a batch at a time, and gives them to
/// the bus. Its lease only delays the next attempt. The inbox makes a message count once, so a dispatcher that wakes up after its
/// lease does no harm.
/// </summary>
internal sealed partial class Dispatcher(
    IServiceScopeFactory scopes, IOutbox outbox, IMessageBus bus, IDatabaseEngine engine, DatabaseClock clock, OutboxSignal signal,
    IOptions<MessagingOptions> options, JobHealth jobs, TimeProvider time, ILogger<Dispatcher> log) : SupervisedWork(jobs, time, log)
{
    /// <summary>While this process sells, three quarters of the time are left to the sale: what waits meanwhile is soon made up for.</summary>
    private const int RestsPerBatch = 3;
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(5));

    private readonly TimeSpan _poll = TimeSpan.FromSeconds(options.Value.PollSeconds);
    private readonly TimeSpan _gather = TimeSpan.FromSeconds(options.Value.GatherSeconds);
    private long _after;
    private long _lookedFromTheStart;

    protected override async Task Run(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var started = Time.GetTimestamp();
                var dispatched = await Dispatch(stoppingToken);
                var rest = Time.GetElapsedTime(started) * RestsPerBatch;
                if (signal.WasRaised())
                    await Task.Delay(rest > _gather ? rest : _gather, Time, stoppingToken);
                else if (dispatched < options.Value.MaxBatch && await signal.Wait(_poll, stoppingToken))
                    await Task.Delay(_gather, Time, stoppingToken);
                failures = 0;
                Worked();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Nothing that goes wrong with a batch may end the delivery of all others: its lease brings it back.
                var pause = Pauses.After(++failures, Random.Shared.NextDouble());
                Log.Failed(log, failure.GetBaseException().Message, pause.TotalSeconds);
                Failed(failure, isAway: failure is BusAwayException || engine.IsTransient(failure));
                await Task.Delay(pause, Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> Dispatch(CancellationToken cancellationToken)
    {
        var claimed = await Claim(cancellationToken);
        if (claimed.Count == 0)
            return 0;
        using var span = Telemetry.Traces.StartActivity("dispatch messages");
        span?.SetTag("usher.messages", claimed.Count);
        try
        {
            await bus.Send(claimed, cancellationToken);
        }
        catch (BusAwayException)
        {
            await Release(claimed, CancellationToken.None);
            throw;
        }
        return claimed.Count;
    }

    private async Task<List<Message>> Claim(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        // Rows in front of the last batch are leased or gone, except those that committed late or are due again: for them it
        // starts over each second. Between, it does not have to step over what a long snapshot keeps of the deleted ones.
        if (Time.GetElapsedTime(_lookedFromTheStart) > TimeSpan.FromSeconds(1))
            (_after, _lookedFromTheStart) = (0, Time.GetTimestamp());
        if (!await db.Outbox.AnyAsync(o => o.Id > _after, cancellationToken))
        {
            _lookedFromTheStart = 0;
            return [];
        }

        var now = clock.Now;
        await using var change = await Change.BeginLazily(db, cancellationToken);
        var rows = await outbox.Claim(db, _after, options.Value.MaxBatch, now, now.AddSeconds(options.Value.LeaseSeconds), cancellationToken);
        await change.Commit(cancellationToken);
        if (rows.Count == options.Value.MaxBatch)
            _after = rows.Max(r => r.Id);
        else
            _lookedFromTheStart = 0;
        return [.. rows.OrderBy(r => r.Id).Select(Message.Of)];
    }

    private async Task Release(List<Message> messages, CancellationToken cancellationToken)
    {
        var ids = messages.ConvertAll(m => m.Id);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        await using var change = await Change.Begin(db, cancellationToken);
        await db.Outbox.Where(o => ids.Contains(o.Id)).ExecuteUpdateAsync(o => o.SetProperty(x => x.DueAt, (DateTimeOffset?)null), cancellationToken);
        await change.Commit(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Messages wait, next attempt in {Seconds:0.0} s: {Reason}")]
        public static partial void Failed(ILogger log, string reason, double seconds);
    }
}
