using MimeKit;

namespace Usher.Server.Features.Notifications.Sending;

/// <summary>Transport of messages. One sender uses it at a time.</summary>
internal interface IMailCarrier : IAsyncDisposable
{
    Task<Delivery> Carry(MimeMessage message, CancellationToken cancellationToken);

    /// <summary>Called when there is nothing to send: open connections may be closed.</summary>
    Task Rest();
}

internal enum Blame
{
    /// <summary>Not the message: the server is unreachable, or accepts nothing from us.</summary>
    Server,

    /// <summary>The recipient's host is slow, or asks for a retry.</summary>
    Domain,

    /// <summary>The message or its recipient, permanently.</summary>
    Message,
}

/// <summary>Result of a delivery: accepted, or the cause of the failure.</summary>
internal readonly record struct Delivery(Blame? Failed, string? Error)
{
    public static readonly Delivery Done;

    public bool IsDone => Failed is null;

    public static Delivery Refused(Blame blame, string error) => new(blame, error);
}
