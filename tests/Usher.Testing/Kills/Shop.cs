using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Usher.Testing.Kills;

/// <summary>Someone with an account.</summary>
internal sealed class Person(string name)
{
    public const string Password = "a long walk by the river";

    public string Name { get; } = name;
    public Guid Id { get; set; }
    public string Token { get; set; } = "";
}

/// <summary>What there is to buy.</summary>
internal sealed record OnSale(Guid Event, Guid[] TicketTypes, int? MaxPerUser);

/// <summary>The answer to one request; none when the connection broke or nobody answered in time.</summary>
internal sealed record Reply(int Status, JsonElement Body, bool Replayed)
{
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;
}

/// <summary>The shop as its customers see it: several addresses, of which any may be away.</summary>
internal sealed class Shop : IDisposable
{
    private readonly HttpClient[] _servers;
    private readonly long[] _lastAcknowledged;

    public Shop(IEnumerable<Uri> addresses)
    {
        _servers = [.. addresses.Select(address => new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(8) })];
        _lastAcknowledged = new long[_servers.Length];
    }

    public int Servers => _servers.Length;

    /// <summary>Two with room for all, two that are nearly sold out all the time, and one that limits each person.</summary>
    public List<OnSale> Events { get; } = [];

    public Dictionary<Guid, int> Stock { get; } = [];

    /// <summary>When that server last acknowledged a write, in ticks of the stopwatch.</summary>
    public long LastAcknowledged(int server) => Volatile.Read(ref _lastAcknowledged[server]);

    public async Task Open(CancellationToken cancellationToken)
    {
        var organizer = new Person("organizer");
        await Register(organizer, "organizer", cancellationToken);
        await Announce(organizer, 1_000_000, null, cancellationToken, 1_000_000);
        await Announce(organizer, 1_000_000, null, cancellationToken, 600_000, 600_000);
        await Announce(organizer, 8, null, cancellationToken, 5, 5);
        await Announce(organizer, 4, null, cancellationToken, 4);
        await Announce(organizer, 1_000_000, 3, cancellationToken, 1_000_000);
    }

    public async Task Register(Person person, string role, CancellationToken cancellationToken)
    {
        var reply = await Send(0, HttpMethod.Post, "api/auth/register", null, null,
            new { username = person.Name, email = $"{person.Name}@example.com", password = Person.Password, role }, cancellationToken);
        if (reply?.Status != 201)
            throw new InvalidOperationException($"{person.Name} could not register: {reply}");
        (person.Id, person.Token) = (reply.Body.GetProperty("user").GetProperty("id").GetGuid(), reply.Body.GetProperty("accessToken").GetString()!);
    }

    public async Task LogIn(Person person, int server, CancellationToken cancellationToken)
    {
        var reply = await Send(server, HttpMethod.Post, "api/auth/login", null, null,
            new { username = person.Name, password = Person.Password }, cancellationToken);
        if (reply?.Status == 200)
            person.Token = reply.Body.GetProperty("accessToken").GetString()!;
    }

    /// <summary>Null is "nobody knows": cut, timed out, or away.</summary>
    public async Task<Reply?> Send(
        int server, HttpMethod method, string path, Person? person, string? key, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (person is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await _servers[server].SendAsync(request, cancellationToken);
            var json = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            if ((int)answer.StatusCode is 503 or 429)
                return answer.Headers.RetryAfter is null ? throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} without Retry-After") : null;
            if (answer.IsSuccessStatusCode && method != HttpMethod.Get)
                Volatile.Write(ref _lastAcknowledged[server], System.Diagnostics.Stopwatch.GetTimestamp());
            return new Reply((int)answer.StatusCode, json.Length == 0 ? default : JsonElement.Parse(json), answer.Headers.Contains("Idempotency-Replayed"));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var server in _servers)
            server.Dispose();
    }

    private async Task Announce(Person organizer, int capacity, int? maxPerUser, CancellationToken cancellationToken, params int[] allotments)
    {
        var reply = await Send(0, HttpMethod.Post, "api/events", organizer, null, new
        {
            name = $"On sale {Events.Count + 1}",
            date = TimeProvider.System.GetUtcNow().AddYears(1),
            location = "Here",
            totalCapacity = capacity,
            maxPerUser,
            ticketTypes = allotments.Select((quantity, i) => new { name = $"Row {i + 1}", price = 12.5m * i, quantityAvailable = quantity }),
        }, cancellationToken);
        if (reply?.Status != 201)
            throw new InvalidOperationException($"The event could not be announced: {reply}");
        var types = reply.Body.GetProperty("ticketTypes").EnumerateArray().Select(t => t.GetProperty("id").GetGuid()).ToArray();
        Events.Add(new OnSale(reply.Body.GetProperty("id").GetGuid(), types, maxPerUser));
        foreach (var (type, quantity) in types.Zip(allotments))
            Stock[type] = quantity;
    }
}
