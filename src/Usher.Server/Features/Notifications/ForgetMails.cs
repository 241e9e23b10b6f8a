using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.Notifications;
using Usher.Server.Features.Notifications.Sending;
using Usher.Server.Platform;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications;

/// <summary>Deletes expired data: message files, the state of sent mails, and message files that an erasure could not delete.</summary>
internal sealed class ForgetMails(
    IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, DataDirectory data, IOptions<MailOptions> options,
    ILogger<ForgetMails> log) : RepeatedWork(scopes, TimeSpan.FromMinutes(10), time, log)
{
    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        foreach (var ofDay in Forgotten(FolderCarrier.Folder(data), DateOnly.FromDateTime(clock.Now.UtcDateTime).AddDays(-options.Value.KeepFilesDays)))
            await Try(ofDay, () => Remove(ofDay), cancellationToken);
        var before = clock.Now.AddDays(-options.Value.KeepRowsDays);
        await Try("message files of erased accounts", () => RemoveErased(db, before, cancellationToken), cancellationToken);
        // By id, which is in order of time.
        await db.Forget(db.Mails.Where(m => m.State >= MailState.Sent && m.CreatedAt < before).OrderBy(m => m.Id), cancellationToken);
        await db.Forget(db.FormerEvents.Where(f => f.ChangedAt < before).OrderBy(f => f.ChangedAt), cancellationToken);
    }

    /// <summary>A mail younger than the rows that are kept has a row, unless its reader was erased.</summary>
    private async Task RemoveErased(UsherDb db, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var files = FolderCarrier.Mails(data).Where(mail => mail.WrittenAt >= before).Select(mail => mail.Id).Distinct().Chunk(500);
        foreach (var ids in files)
        {
            var known = await db.Mails.Where(m => ids.Contains(m.Id)).Select(m => m.Id).ToListAsync(cancellationToken);
            FolderCarrier.Remove(data, [.. ids.Except(known).Select(id => $"{id:N}")]);
        }
    }

    private static List<string> Forgotten(string folder, DateOnly before) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateDirectories(folder).Where(ofDay =>
            DateOnly.TryParseExact(Path.GetFileName(ofDay), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < before)];

    private static Task Remove(string folder)
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}
