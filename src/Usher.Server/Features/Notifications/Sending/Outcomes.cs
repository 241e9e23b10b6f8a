using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Notifications;
using Usher.Server.Platform;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications.Sending;

/// <param name="RetryAt">Null for a mail that was sent, or never will be.</param>
/// <param name="IsMoot">The mail was no longer needed.</param>
internal sealed record Outcome(Mail Mail, MailState State, DateTimeOffset At, DateTimeOffset? RetryAt = null, string? Error = null, bool IsMoot = false);

/// <summary>
/// Group commit of delivery outcomes. While one commit runs, the next outcomes gather, so each is written within two commits of the
/// server's response. A dying process sends only these few mails twice.
/// </summary>
/// <param name="files">Folder of messages without a mail server.</param>
internal sealed class Outcomes(IServiceScopeFactory scopes, DataDirectory? files)
{
    private static readonly Counter<long> Tries = Telemetry.Meter.CreateCounter<long>(
        "usher.mail.tries", "{try}", "Attempts to send a mail, by `result`: sent, retrying (another attempt follows), undeliverable, moot (the mail was no longer needed).");

    private const string Moot = "moot";

    private readonly Channel<(Outcome Outcome, TaskCompletionSource Written)> _waiting = Channel.CreateBounded<(Outcome, TaskCompletionSource)>(1_000);

    /// <returns>A task that completes when the mark is durable.</returns>
    public async Task<Task> Add(Outcome outcome, CancellationToken cancellationToken)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync((outcome, written), cancellationToken);
        return written.Task;
    }

    public async Task WriteAll(CancellationToken cancellationToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            var some = new List<(Outcome Outcome, TaskCompletionSource Written)>();
            while (some.Count < 500 && _waiting.Reader.TryRead(out var one))
                some.Add(one);
            try
            {
                await Write(some.ConvertAll(s => s.Outcome), cancellationToken);
                some.ForEach(s => s.Written.TrySetResult());
                foreach (var result in some.GroupBy(s => s.Outcome.IsMoot ? Moot : WireNames<MailState>.Of(s.Outcome.State)))
                    Tries.Add(result.Count(), new KeyValuePair<string, object?>("result", result.Key));
            }
            catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
            {
                // Their lease ends, and they are attempted again: at least once, with the same Message-ID.
                some.ForEach(s => s.Written.TrySetException(failed));
            }
        }
    }

    /// <summary>Creates the counter at zero. A counter that first appears with a value has no rate.</summary>
    public static void Announce()
    {
        foreach (var result in ((MailState[])[MailState.Sent, MailState.Retrying, MailState.Undeliverable]).Select(WireNames<MailState>.Of).Append(Moot))
            Tries.Add(0, new KeyValuePair<string, object?>("result", result));
    }

    private async Task Write(List<Outcome> outcomes, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        await using var change = await Change.Begin(db, cancellationToken);
        foreach (var sent in outcomes.Where(o => o is { State: MailState.Sent, IsMoot: false }).GroupBy(o => o.Mail.Resends))
        {
            var (ids, at) = (sent.Select(o => o.Mail.Id).ToList(), sent.Max(o => o.At));
            // A resend by the organizer meanwhile is another message.
            await db.Mails.Where(m => ids.Contains(m.Id) && m.Resends == sent.Key).ExecuteUpdateAsync(m => m
                .SetProperty(x => x.State, MailState.Sent)
                .SetProperty(x => x.SentAt, at)
                .SetProperty(x => x.LastError, (string?)null), cancellationToken);
        }
        var moot = outcomes.Where(o => o.IsMoot).Select(o => o.Mail.Id).ToList();
        if (moot.Count > 0)
            await db.Mails.Where(m => moot.Contains(m.Id)).ExecuteDeleteAsync(cancellationToken);
        // An attempt whose lease has ended must not write: its attempt number differs.
        foreach (var (mail, state, at, retryAt, error, _) in outcomes.Where(o => o.State != MailState.Sent))
            await db.Mails.Where(m => m.Id == mail.Id && m.Resends == mail.Resends && m.Attempts == mail.Attempts && m.State < MailState.Sent)
                .ExecuteUpdateAsync(m => m
                    .SetProperty(x => x.State, state)
                    .SetProperty(x => x.DueAt, retryAt ?? at)
                    .SetProperty(x => x.LastError, error), cancellationToken);
        await change.Commit(cancellationToken);
        await RemoveFilesOfErased([.. outcomes.Where(o => o is { State: MailState.Sent, IsMoot: false }).Select(o => o.Mail.Id)], db, cancellationToken);
    }

    /// <summary>
    /// An erasure deletes the account's message files. A file that was written at that moment has no row any more, and is deleted here.
    /// </summary>
    private async Task RemoveFilesOfErased(List<Guid> sent, UsherDb db, CancellationToken cancellationToken)
    {
        if (files is null || sent.Count == 0)
            return;
        var owed = await db.Mails.Where(m => sent.Contains(m.Id)).Select(m => m.Id).ToListAsync(cancellationToken);
        FolderCarrier.Remove(files, [.. sent.Except(owed).Select(id => $"{id:N}")]);
    }
}
