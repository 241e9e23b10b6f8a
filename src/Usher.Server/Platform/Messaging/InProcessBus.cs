namespace Usher.Server.Platform.Messaging;

/// <summary>The default: the process that claimed the messages applies them itself, consumer beside consumer. What was begun
/// is brought to its end, also when the program is asked to stop.</summary>
internal sealed class InProcessBus(Subscriptions subscriptions, Delivery delivery) : IMessageBus
{
    public async Task Send(IReadOnlyList<Message> messages, CancellationToken cancellationToken)
    {
        await Task.WhenAll(subscriptions.Consumers.Select(consumer =>
            messages.Where(m => subscriptions.TakersOf(m.Type).Contains(consumer)).ToArray() is { Length: > 0 } taken
                ? delivery.Deliver(consumer, taken, CancellationToken.None)
                : Task.CompletedTask));
        await delivery.Finish(messages, CancellationToken.None);
    }
}
