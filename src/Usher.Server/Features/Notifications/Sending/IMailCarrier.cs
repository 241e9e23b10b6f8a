using MimeKit;

namespace Usher.Server.Features.Notifications.Sending;

/// <summary>Takes a message to where its reader gets it. One is used by one sender at a time.</summary>
internal interface IMailCarrier : IAsyncDisposable
{
    Task<Delivery> Carry(MimeMessage message, CancellationToken cancellationToken);

    /// <summary>Nothing is to be carried for now: what is held open may be closed.</summary>
    Task Rest();
}

internal enum Blame
{
    /// <summary>None of the message's: the server cannot be reached, or takes nothing from us.</summary>
    Server,

    /// <summary>The recipient's host is slow, or says to come again.</summary>
    Domain,

    /// <summary>The message or its recipient, for good.</summary>
    Message,
}

/// <summary>Whether a message was taken, and if not, whose fault it is.</summary>
internal readonly record struct Delivery(Blame? Failed, string? Error)
{
    public static readonly Delivery Done;

    public bool IsDone => Failed is null;

    public static Delivery Refused(Blame blame, string error) => new(blame, error);
}
