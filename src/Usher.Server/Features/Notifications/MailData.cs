using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Features.Notifications.Sending;
using Usher.Server.Platform;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.Notifications;

/// <summary>Mails to a person. An erasure cancels queued mails and deletes message files of this machine.</summary>
internal sealed class MailData(DataDirectory data) : IPersonalData
{
    public string Name => "mails";

    public Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken) => json.WriteRows(
        db.Mails.Where(m => m.UserId == userId).OrderBy(m => m.Id)
            .Select(m => new { m.Id, m.Kind, m.SubjectId, m.State, m.EventId, m.Attempts, m.LastError, m.CreatedAt, m.SentAt }).AsAsyncEnumerable(), cancellationToken);

    public async Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken)
    {
        var db = change.Db;
        var ids = (await db.Mails.Where(m => m.UserId == userId).Select(m => m.Id).ToListAsync(cancellationToken)).ConvertAll(id => $"{id:N}");
        await db.Mails.Where(m => m.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        return () => FolderCarrier.Remove(data, ids);
    }
}
