using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Usher.Domain;
using Usher.Server.Platform.Jobs;

namespace Usher.Server.Platform.Messaging.RabbitMq;

/// <summary>
/// Takes from the queues what waits, a batch at a time, and acknowledges it after it was applied and committed. A connection
/// that breaks gives everything unacknowledged back, to be recognised by its inbox row if it had been applied.
/// </summary>
internal sealed partial class Subscriber(
    Broker broker, Subscriptions subscriptions, Delivery delivery, IOptions<MessagingOptions> options, JobHealth jobs, TimeProvider time, ILogger<Subscriber> log)
    : SupervisedWork(jobs, time, log)
{
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    protected override Task Run(CancellationToken stoppingToken) =>
        Task.WhenAll(subscriptions.Consumers.Select(consumer => Subscribe(consumer, stoppingToken)));

    private async Task Subscribe(string consumer, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await broker.Connect(stopping);
                await Consume(connection, consumer, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The broker or the database is away, or something broke that no message is to blame for: from the beginning.
                Log.Interrupted(log, consumer, failure.GetBaseException().Message);
                Failed(failure, isAway: true);
                await Task.Delay(Pauses.After(1, Random.Shared.NextDouble()), Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Consume(IConnection connection, string consumer, CancellationToken stopping)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stopping);
        await channel.BasicQosAsync(0, (ushort)Math.Min(2 * options.Value.MaxBatch, ushort.MaxValue), global: false, stopping);

        var arrived = Channel.CreateUnbounded<(ulong Tag, Message? Message, Activity? Trace)>(new() { SingleReader = true });
        var receiver = new AsyncEventingBasicConsumer(channel);
        receiver.ReceivedAsync += (_, delivered) =>
        {
            arrived.Writer.TryWrite((delivered.DeliveryTag, Broker.Read(delivered.Body.Span), Activity.Current));
            return Task.CompletedTask;
        };
        receiver.UnregisteredAsync += (_, _) => End("The queue was deleted.");
        channel.ChannelShutdownAsync += (_, reason) => End(reason.ReplyText);
        await channel.BasicConsumeAsync(broker.QueueOf(consumer), autoAck: false, receiver, stopping);
        Worked();

        var (batch, received) = (new List<Message>(options.Value.MaxBatch), new List<ActivityLink>());
        while (await arrived.Reader.WaitToReadAsync(stopping))
        {
            batch.Clear();
            received.Clear();
            var last = 0ul;
            while (batch.Count < options.Value.MaxBatch && arrived.Reader.TryRead(out var next))
            {
                if (next.Message is null)
                {
                    Log.Unreadable(log, consumer);
                    await channel.BasicRejectAsync(next.Tag, requeue: false, CancellationToken.None);
                    continue;
                }
                batch.Add(next.Message);
                if (next.Trace is { Recorded: true })
                    received.Add(new(next.Trace.Context));
                last = next.Tag;
            }
            if (batch.Count == 0)
                continue;
            // What was begun is brought to its end, also when the program is asked to stop.
            await delivery.Deliver(consumer, batch, CancellationToken.None, received);
            await delivery.Finish(batch, CancellationToken.None);
            await channel.BasicAckAsync(last, multiple: true, CancellationToken.None);
            Worked();
        }

        Task End(string why)
        {
            arrived.Writer.TryComplete(new IOException(why));
            return Task.CompletedTask;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Consumer} was interrupted and begins again: {Reason}")]
        public static partial void Interrupted(ILogger log, string consumer, string reason);

        [LoggerMessage(2, LogLevel.Error, "{Consumer} was sent something it cannot read; it is in the dead queue")]
        public static partial void Unreadable(ILogger log, string consumer);
    }
}
