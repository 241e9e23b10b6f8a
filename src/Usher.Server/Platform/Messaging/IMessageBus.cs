namespace Usher.Server.Platform.Messaging;

/// <summary>Brings messages to their consumers: inside the process, or through a broker.</summary>
internal interface IMessageBus
{
    /// <summary>
    /// Returns when the messages need not be held any longer by the sender. That is no promise that they arrive: a message
    /// that some consumer has not applied when its lease ends is sent again.
    /// </summary>
    Task Send(IReadOnlyList<Message> messages, CancellationToken cancellationToken);
}

/// <summary>The transport is away. What was to be sent stays where it is.</summary>
internal sealed class BusAwayException(string message, Exception? cause) : Exception(message, cause);
