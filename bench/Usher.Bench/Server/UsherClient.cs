using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Usher.Bench.Sale;

namespace Usher.Bench.Server;

/// <summary>What has to be there before a sale: people, events, ticket types. Over HTTP, as anyone would make them.</summary>
internal sealed class UsherClient(int port) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    private readonly string _run = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private int _registered;

    /// <summary>Registers somebody and returns the access token.</summary>
    public async Task<string> Register(string role, CancellationToken cancellationToken)
    {
        var name = $"{role}-{_run}-{Interlocked.Increment(ref _registered)}";
        var person = await Post("api/auth/register", null, JsonContent.Create(new
        {
            username = name,
            email = $"{name}@example.com",
            password = RandomNumberGenerator.GetHexString(24),
            role,
        }), cancellationToken);
        return person.GetProperty("accessToken").GetString()!;
    }

    public async Task<string[]> RegisterBuyers(int count, CancellationToken cancellationToken)
    {
        var tokens = new string[count];
        // Two at once: that many passwords the server hashes at a time.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, count, parallel, async (i, stop) => tokens[i] = await Register("attendee", stop));
        return tokens;
    }

    /// <summary>Published events with one ticket type each, all as large as the API allows; as bodies that book one ticket.</summary>
    public async Task<byte[][]> CreateEvents(int count, CancellationToken cancellationToken)
    {
        var organizer = await Register("organizer", cancellationToken);
        var tickets = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            var created = await Post("api/events", organizer, JsonContent.Create(new
            {
                name = $"On sale {i + 1}",
                date = TimeProvider.System.GetUtcNow().AddYears(1),
                location = "Here",
                totalCapacity = Settings.LargestStock,
                currency = "EUR",
                ticketTypes = new[] { new { name = "Standing", price = 25.00m, quantityAvailable = Settings.LargestStock } },
            }), cancellationToken);
            tickets[i] = RequestBytes.Booking(
                created.GetProperty("id").GetGuid(), created.GetProperty("ticketTypes")[0].GetProperty("id").GetGuid());
        }

        return tickets;
    }

    /// <returns>The id of the booking.</returns>
    public async Task<Guid> Book(string buyer, byte[] ticket, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(ticket) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return (await Post("api/bookings", buyer, body, cancellationToken)).GetProperty("id").GetGuid();
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> Post(string path, string? token, HttpContent body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"POST {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }
}
