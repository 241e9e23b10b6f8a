using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

/// <summary>Retention of what is only kept to recognise a repetition. A thousand rows at a time, so that nobody waits for it.</summary>
internal sealed class ForgetOldRows(
    IServiceScopeFactory scopes, Subscriptions subscriptions, DatabaseClock clock, TimeProvider time,
    IOptions<RetentionOptions> options, ILogger<ForgetOldRows> log) : RepeatedWork(scopes, TimeSpan.FromMinutes(options.Value.EveryMinutes), time, log)
{
    private const int AtOnce = 1000;

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        while (await ForgetKeys(db, cancellationToken) > 0)
            await Task.Delay(10, cancellationToken);
        foreach (var consumer in subscriptions.Consumers)
            while (await ForgetApplied(db, consumer, cancellationToken) > 0)
                await Task.Delay(10, cancellationToken);
    }

    private async Task<int> ForgetKeys(UsherDb db, CancellationToken cancellationToken)
    {
        var before = clock.Now.AddHours(-options.Value.IdempotencyKeyHours);
        var oldest = await db.IdempotencyKeys.OrderBy(k => k.CreatedAt).Select(k => (DateTimeOffset?)k.CreatedAt).Take(AtOnce).MaxAsync(cancellationToken);
        if (oldest < before)
            before = oldest.Value.AddMilliseconds(1);
        await using var change = await Change.Begin(db, cancellationToken);
        var forgotten = await db.IdempotencyKeys.Where(k => k.CreatedAt < before).ExecuteDeleteAsync(cancellationToken);
        await change.Commit(cancellationToken);
        return forgotten;
    }

    private async Task<int> ForgetApplied(UsherDb db, string consumer, CancellationToken cancellationToken)
    {
        var before = clock.Now.AddDays(-options.Value.InboxDays);
        var first = await db.Inbox.Where(i => i.Consumer == consumer).OrderBy(i => i.MessageId).Select(i => (long?)i.MessageId).Take(AtOnce).MaxAsync(cancellationToken);
        await using var change = await Change.Begin(db, cancellationToken);
        // A message that still waits for another consumer will come again.
        var forgotten = await db.Inbox
            .Where(i => i.Consumer == consumer && i.MessageId <= first && i.AppliedAt < before && !db.Outbox.Any(o => o.Id == i.MessageId))
            .ExecuteDeleteAsync(cancellationToken);
        await change.Commit(cancellationToken);
        return forgotten;
    }
}
