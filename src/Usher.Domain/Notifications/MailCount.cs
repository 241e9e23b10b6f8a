namespace Usher.Domain.Notifications;

/// <summary>How many mails requests have caused, counted in a window that begins with the first of them.</summary>
public sealed class MailCount
{
    /// <summary>What is counted, and a hash of the address or the id of the account, mail or event it is counted for.</summary>
    public required string Key { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required int Count { get; init; }
    public required DateTimeOffset LastAt { get; init; }
}
