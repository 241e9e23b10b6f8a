using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Watching;

/// <summary>A reader of server-sent events.</summary>
internal sealed class EventStream(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    public sealed record Message(string Id, JsonNode Data)
    {
        public int Available => Data["quantityAvailable"]!.GetValue<int>();
    }

    public static async Task<EventStream> Open(UsherServer server, Guid id, string? lastEventId = null, Person? by = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/events/{id}/availability/stream");
        if (by is not null)
            request.Headers.Authorization = new("Bearer", by.Token);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    public static async Task<EventStream> OpenWhenThereIsRoom(UsherServer server, Guid id, string? lastEventId = null)
    {
        EventStream? stream = null;
        await Eventually.IsTrue(async () =>
        {
            try
            {
                stream = await Open(server, id, lastEventId);
                return true;
            }
            catch (HttpRequestException full) when (full.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable)
            {
                return false;
            }
        });
        return stream!;
    }

    public async Task<Message> Next()
    {
        var (id, kind) = ("", "");
        while (await Line() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                kind = line[7..];
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            Assert.Equal("availability", kind);
            Assert.NotEqual("", id);
            return new Message(id, JsonNode.Parse(line[6..])!);
        }
        throw new InvalidOperationException("The stream ended.");
    }

    /// <summary>A comment comes, and no message before it.</summary>
    public async Task Ping()
    {
        while (await Line() is { } line && !line.StartsWith(": ping", StringComparison.Ordinal))
            Assert.False(line.StartsWith("data:", StringComparison.Ordinal), line);
    }

    public async Task<bool> Ends()
    {
        while (await Line() is not null) { }
        return true;
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }

    private async Task<string?> Line()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await reader.ReadLineAsync(patience.Token);
    }
}
