using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Usher.Server.Platform.Messaging.RabbitMq;

/// <summary>Publishes to the queue of each consumer that takes a message, and waits until the broker has confirmed all of them.</summary>
internal sealed class RabbitMqBus(Broker broker, Subscriptions subscriptions, Delivery delivery, IOptions<MessagingOptions> options, TimeProvider time)
    : IMessageBus, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan UntilItIsLookedAgain = TimeSpan.FromMilliseconds(50);

    private IConnection? _connection;
    private IChannel? _channel;

    public async Task Send(IReadOnlyList<Message> messages, CancellationToken cancellationToken)
    {
        try
        {
            var channel = await Open(cancellationToken);
            var published = new List<Task>(messages.Count);
            var untaken = new List<Message>();
            foreach (var message in messages)
            {
                var takers = subscriptions.TakersOf(message.Type);
                if (takers.Count == 0)
                    untaken.Add(message);
                var body = Broker.Write(message);
                foreach (var taker in takers)
                    published.Add(Publish(channel, broker.QueueOf(taker), message, body, cancellationToken).AsTask());
            }
            await Task.WhenAll(published).WaitAsync(Patience, time, cancellationToken);
            if (untaken.Count > 0)
                await delivery.Finish(untaken, cancellationToken);
            await UntilThereIsRoom(channel, cancellationToken);
        }
        catch (Exception away) when (Broker.IsAway(away))
        {
            await Close();
            throw new BusAwayException($"The broker is away: {away.GetBaseException().Message}", away);
        }
    }

    public async ValueTask DisposeAsync() => await Close();

    /// <summary>Mandatory: a queue that has gone says so, and is made again.</summary>
    private static ValueTask Publish(IChannel channel, string queue, Message message, byte[] body, CancellationToken cancellationToken) =>
        channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties
        {
            Persistent = true,
            ContentType = "application/json",
            Type = message.Type,
            MessageId = message.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }, body, cancellationToken);

    /// <summary>What waits at the broker is not late. More of it than its consumers work off within a lease would be sent twice.</summary>
    private async Task UntilThereIsRoom(IChannel channel, CancellationToken cancellationToken)
    {
        foreach (var consumer in subscriptions.Consumers)
            while (await channel.MessageCountAsync(broker.QueueOf(consumer), cancellationToken) > options.Value.BrokerWindow)
                await Task.Delay(UntilItIsLookedAgain, time, cancellationToken);
    }

    private async Task<IChannel> Open(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true })
            return _channel;
        await Close();
        _connection = await broker.Connect(cancellationToken);
        return _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, AtOnce()), cancellationToken);
    }

    /// <summary>The client's own limiter holds each publication up for longer the more confirms are awaited.</summary>
    private ConcurrencyLimiter AtOnce() => new(new() { PermitLimit = options.Value.MaxBatch, QueueLimit = int.MaxValue });

    private async Task Close()
    {
        var (connection, channel) = (_connection, _channel);
        (_connection, _channel) = (null, null);
        if (channel is not null)
            await channel.DisposeAsync();
        if (connection is not null)
            await connection.DisposeAsync();
    }
}
