using System.Globalization;
using Microsoft.Extensions.Options;
using Usher.Domain.Notifications;
using Usher.Server.Features.Notifications.Sending;
using Usher.Server.Platform;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications;

/// <summary>Deletes expired data: message files, and the state of sent mails.</summary>
internal sealed class ForgetMails(
    IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, DataDirectory data, IOptions<MailOptions> options,
    ILogger<ForgetMails> log) : RepeatedWork(scopes, TimeSpan.FromMinutes(10), time, log)
{
    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        foreach (var ofDay in Forgotten(FolderCarrier.Folder(data), DateOnly.FromDateTime(clock.Now.UtcDateTime).AddDays(-options.Value.KeepFilesDays)))
            await Try(ofDay, () => Remove(ofDay), cancellationToken);
        var before = clock.Now.AddDays(-options.Value.KeepRowsDays);
        // By id, which is in order of time.
        await db.Forget(db.Mails.Where(m => m.State >= MailState.Sent && m.CreatedAt < before).OrderBy(m => m.Id), cancellationToken);
        await db.Forget(db.FormerEvents.Where(f => f.ChangedAt < before).OrderBy(f => f.ChangedAt), cancellationToken);
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
