using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

/// <summary>
/// An idempotent receiver: a consumer gets the messages that it has not applied yet, by whichever transport they came, and the
/// rows of its inbox commit with what it wrote.
/// </summary>
internal sealed partial class Delivery(
    IServiceScopeFactory scopes, Subscriptions subscriptions, IOutbox outbox, IDatabaseEngine engine, DatabaseClock clock,
    IOptions<MessagingOptions> options, ILogger<Delivery> log)
{
    private readonly Backoff _retries = new(TimeSpan.FromSeconds(options.Value.RetrySeconds), TimeSpan.FromHours(1));

    private static readonly Counter<long> Messages = Telemetry.Meter.CreateCounter<long>(
        "usher.messages", "{message}", "Messages that came to a `consumer`, by `result`: applied, failed (and tried again), given_up.");

    /// <summary>Throws only what is no fault of a message: the database is away, or the program ends.</summary>
    /// <param name="received">What brought them, where that is traced.</param>
    public async Task Deliver(string consumer, IReadOnlyList<Message> messages, CancellationToken cancellationToken, IEnumerable<ActivityLink>? received = null)
    {
        using var span = Telemetry.Traces.HasListeners() ? Telemetry.Traces.StartActivity($"apply {consumer}", ActivityKind.Internal, default(ActivityContext), links: received) : null;
        span?.SetTag("usher.messages", messages.Count);
        try
        {
            await Apply(consumer, messages, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && !engine.IsTransient(failure))
        {
            if (messages.Count == 1)
            {
                await NoteFailure(consumer, messages[0], failure, cancellationToken);
                return;
            }
            // One of them breaks the batch: halves find it in a few steps, and the others are applied.
            Log.Apart(log, consumer, messages.Count, failure.Message);
            var half = messages.Count / 2;
            await Deliver(consumer, [.. messages.Take(half)], cancellationToken);
            await Deliver(consumer, [.. messages.Skip(half)], cancellationToken);
        }
    }

    /// <summary>
    /// Removes the rows that every consumer has applied. A statement of its own after their commits: whichever consumer
    /// ends last sees the inbox rows of all.
    /// </summary>
    public async Task Finish(IReadOnlyList<Message> messages, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        await using var change = await Change.BeginLazily(db, cancellationToken);
        foreach (var type in messages.GroupBy(m => m.Type))
        {
            var ids = type.Select(m => m.Id).ToArray();
            var finished = db.Outbox.Where(o => ids.Contains(o.Id));
            foreach (var taker in subscriptions.TakersOf(type.Key))
                finished = finished.Where(o => db.Inbox.Any(i => i.Consumer == taker && i.MessageId == o.Id));
            await finished.ExecuteDeleteAsync(cancellationToken);
        }
        await change.Commit(cancellationToken);
    }

    private async Task Apply(string consumer, IReadOnlyList<Message> messages, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var handler = scope.ServiceProvider.GetServices<IConsumer>().Single(c => c.Name == consumer);

        // The outbox row goes later, and the log is kept in order: a crash that takes this back leaves the row, or brings it back.
        await using var change = await Change.BeginLazily(db, cancellationToken);
        var fresh = (await outbox.EnterInbox(db, consumer, [.. messages.Select(m => m.Id).Distinct()], clock.Now, cancellationToken)).ToHashSet();
        var applied = fresh.Count;
        if (applied == 0)
            return;
        await handler.Handle([.. messages.Where(m => fresh.Remove(m.Id))], db, cancellationToken);
        await change.Commit(cancellationToken);
        Count(consumer, "applied", applied);
    }

    /// <summary>A counter that appears with its first failure has not risen, for whoever computes how fast it does.</summary>
    public static void Announce(IEnumerable<string> consumers)
    {
        foreach (var consumer in consumers)
            foreach (var result in (string[])["applied", "failed", "given_up"])
                Count(consumer, result, 0);
    }

    private static void Count(string consumer, string result, int messages) => Messages.Add(messages, new("consumer", consumer), new("result", result));

    private async Task NoteFailure(string consumer, Message message, Exception failure, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        await using var change = await Change.Begin(db, cancellationToken);
        var failures = await db.Outbox.Where(o => o.Id == message.Id).Select(o => o.Failures).SingleOrDefaultAsync(cancellationToken) + 1;
        var reason = $"{consumer}: {failure.GetType().Name}: {failure.Message}";
        var dead = failures >= options.Value.MaxFailures ? reason[..Math.Min(reason.Length, 1000)] : null;
        var dueAt = clock.Now + _retries.After(failures, Random.Shared.NextDouble());
        await db.Outbox.Where(o => o.Id == message.Id).ExecuteUpdateAsync(o => o
            .SetProperty(x => x.Failures, failures)
            .SetProperty(x => x.DueAt, dueAt)
            .SetProperty(x => x.DeadReason, dead), cancellationToken);
        await change.Commit(cancellationToken);
        Count(consumer, dead is null ? "failed" : "given_up", 1);
        if (dead is null)
            Log.Failed(log, failure, consumer, message.Id, message.Type, failures);
        else
            Log.GivenUp(log, failure, consumer, message.Id, message.Type, failures);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Consumer} failed on a batch of {Messages} messages, which is taken apart: {Reason}")]
        public static partial void Apart(ILogger log, string consumer, int messages, string reason);

        [LoggerMessage(2, LogLevel.Warning, "{Consumer} failed on message {MessageId} ({Type}), attempt {Failures}")]
        public static partial void Failed(ILogger log, Exception failure, string consumer, long messageId, string type, int failures);

        [LoggerMessage(3, LogLevel.Error, "{Consumer} failed on message {MessageId} ({Type}) for the last time, after {Failures} attempts")]
        public static partial void GivenUp(ILogger log, Exception failure, string consumer, long messageId, string type, int failures);
    }
}
