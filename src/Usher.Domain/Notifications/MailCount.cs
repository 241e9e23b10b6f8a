namespace Usher.Domain.Notifications;

/// <summary>Number of mails that requests have caused, in a window that begins with the first of them.</summary>
public sealed class MailCount
{
    /// <summary>Kind of the count, and a hash of the address or the id of the account, mail or event.</summary>
    public required string Key { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required int Count { get; init; }
    public required DateTimeOffset LastAt { get; init; }
}
