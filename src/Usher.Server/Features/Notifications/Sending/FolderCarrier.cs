using System.Globalization;
using MimeKit;
using Usher.Server.Features.Notifications.Letters;
using Usher.Server.Platform;

namespace Usher.Server.Features.Notifications.Sending;

/// <summary>Without an SMTP server, messages become files that a mail program opens, in one folder per day.</summary>
internal sealed class FolderCarrier(DataDirectory data) : IMailCarrier
{
    public static string Folder(DataDirectory data) => data.File("mail");

    public async Task<Delivery> Carry(MimeMessage message, CancellationToken cancellationToken)
    {
        try
        {
            // Private mails: readable by the owner of the process only.
            var folder = Path.Combine(Folder(data), message.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // Named by its Message-ID, so that a second attempt replaces the file.
            var file = Path.Combine(folder, $"{message.Headers[MailMessage.KindHeader]}-{message.MessageId!.Split('@')[0]}.eml");
            await using (var stream = File.Create($"{file}.part"))
                await message.WriteToAsync(stream, cancellationToken);
            File.Move($"{file}.part", file, overwrite: true);
            return Delivery.Done;
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            return Delivery.Refused(Blame.Server, full.Message);
        }
    }

    /// <summary>Deletes the message files with these ids in their names, and what a full disk or a killed process left of them.</summary>
    public static void Remove(DataDirectory data, IReadOnlyCollection<string> ids)
    {
        if (ids.Count == 0 || !Directory.Exists(Folder(data)))
            return;
        foreach (var file in Directory.EnumerateFiles(Folder(data), "*.eml*", SearchOption.AllDirectories))
            if (ids.Any(id => Path.GetFileName(file).Contains(id, StringComparison.Ordinal)))
                File.Delete(file);
    }

    /// <summary>The mails that have a file, by the ids in the files' names.</summary>
    public static IEnumerable<(Guid Id, DateTimeOffset WrittenAt)> Mails(DataDirectory data)
    {
        if (!Directory.Exists(Folder(data)))
            yield break;
        foreach (var file in new DirectoryInfo(Folder(data)).EnumerateFiles("*.eml*", SearchOption.AllDirectories))
            if (file.Name.Split('-', '.').Select(part => Guid.TryParseExact(part, "N", out var id) ? id : (Guid?)null).FirstOrDefault(id => id is not null) is { } known)
                yield return (known, file.LastWriteTimeUtc);
    }

    public Task Rest() => Task.CompletedTask;

    public ValueTask DisposeAsync() => default;
}
