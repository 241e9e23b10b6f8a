using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Usher.Server.Platform.Messaging.RabbitMq;

/// <summary>
/// What there is at the broker: a quorum queue for each consumer, and one for what none of them could even read. Everything
/// is declared whenever a connection is made, so that a broker that was wiped gets it back.
/// </summary>
internal sealed class Broker(string address, Subscriptions subscriptions, IOptions<MessagingOptions> options)
{
    // Only a message that takes its process down comes back so often: failures are counted in the outbox.
    private const int DeliveryLimit = 20;

    private readonly ConnectionFactory _factory = new()
    {
        Uri = new Uri(address),
        ClientProvidedName = "usher",
        // Whoever uses a connection makes a new one, with its queues; the client's own recovery would do so behind its back.
        AutomaticRecoveryEnabled = false,
        RequestedHeartbeat = TimeSpan.FromSeconds(10),
    };

    private readonly ConcurrentDictionary<IConnection, bool> _open = new();

    /// <summary>Whether some connection of this process is open.</summary>
    public bool IsConnected => _open.Keys.Any(connection => connection.IsOpen);

    public string QueueOf(string consumer) => $"{options.Value.QueuePrefix}.{consumer}";

    public async Task<IConnection> Connect(CancellationToken cancellationToken)
    {
        var connection = await _factory.CreateConnectionAsync(cancellationToken);
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var dead = $"{options.Value.QueuePrefix}.dead";
            await Declare(channel, dead, new() { ["x-queue-type"] = "quorum" }, cancellationToken);
            foreach (var consumer in subscriptions.Consumers)
                await Declare(channel, QueueOf(consumer), new()
                {
                    ["x-queue-type"] = "quorum",
                    ["x-delivery-limit"] = DeliveryLimit,
                    ["x-dead-letter-exchange"] = "",
                    ["x-dead-letter-routing-key"] = dead,
                }, cancellationToken);
            foreach (var gone in _open.Keys.Where(one => !one.IsOpen))
                _open.TryRemove(gone, out _);
            _open[connection] = true;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public static bool IsAway(Exception exception) =>
        exception is RabbitMQClientException or OperationInterruptedException or IOException or TimeoutException or System.Net.Sockets.SocketException;

    public static byte[] Write(Message message) => JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.Message);

    /// <returns>Null if it is none of ours.</returns>
    public static Message? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, MessageJson.Default.Message);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task<QueueDeclareOk> Declare(IChannel channel, string queue, Dictionary<string, object?> arguments, CancellationToken cancellationToken) =>
        channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Message))]
internal sealed partial class MessageJson : JsonSerializerContext;
