using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Clients;

/// <summary>The streams of availability as a browser reads them, from a page of another address.</summary>
public sealed class BrowserTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task An_EventSource_comes_back_when_there_were_too_many_and_stays_away_when_it_is_over(Engine engine)
    {
        await using var browser = await Browser.Begin();
        await using var server = await servers.Start(engine, ("Cors:Origins", browser.Origin), ("Catalog:MaxStreams", "2"));
        var organizer = await Person.Organizer(server);
        var (hidden, cancelled) = (await organizer.Announce(capacity: 50), await organizer.Announce(capacity: 70));
        var (one, other) = (await Watch(server, hidden), await Watch(server, cancelled));
        browser.Open($$"""
            for (const [name, id] of [['hidden', '{{hidden.Id}}'], ['cancelled', '{{cancelled.Id}}']]) {
              const source = new EventSource(`{{server.Address}}api/events/${id}/availability/stream`);
              source.addEventListener('availability', e => { const now = JSON.parse(e.data); say(`${name} ${now.quantityAvailable} ${now.status}`); });
              source.onerror = () => say(`${name} ${source.readyState === EventSource.CLOSED ? 'closed' : 'comes back'}`);
            }
            """);

        // Turned away, and not for good.
        var first = await browser.Until("hidden comes back");
        Assert.DoesNotContain(first.Concat(first.Contains("cancelled comes back") ? [] : await browser.Until("cancelled comes back")), said => said.Contains("closed", StringComparison.Ordinal) || said.Contains("upcoming", StringComparison.Ordinal));
        one.Dispose();
        other.Dispose();
        var back = await browser.Until("hidden 50 upcoming");
        if (!back.Contains("cancelled 70 upcoming"))
            await browser.Until("cancelled 70 upcoming");
        (await (await Person.Attendee(server)).Book(cancelled)).Expect(201);
        await browser.Until("cancelled 69 upcoming");

        // What it may not see any more is 404 when it comes back, and what it knows to be cancelled is 204: both are the end.
        (await organizer.Patch($"api/events/{hidden.Id}", new { publication = "draft" })).Expect(200);
        Assert.Equal(["hidden comes back", "hidden closed"], await browser.Until("hidden closed"));
        (await organizer.Put($"api/events/{cancelled.Id}/cancel", null)).Expect(200);
        var end = await browser.Until("cancelled closed");
        Assert.Matches("^cancelled [0-9]+ cancelled$", end[0]);
        Assert.Equal("cancelled comes back", end[1]);
    }

    /// <summary>An EventSource sends no token: who watches a draft reads its stream with fetch. To whoever has logged out it is not there.</summary>
    [Theory, OnBothEngines]
    public async Task The_stream_of_a_draft_that_a_page_reads_with_a_token_ends_at_log_out_and_is_then_not_found(Engine engine)
    {
        await using var browser = await Browser.Begin();
        await using var server = await servers.Start(engine, ("Cors:Origins", browser.Origin));
        var organizer = await Person.Organizer(server);
        var draft = await organizer.Announce(capacity: 50, more: new { publication = "draft" });
        browser.Open($$"""
            (async () => {
              for (let status = 200; status === 200;) {
                const answer = await fetch('{{server.Address}}api/events/{{draft.Id}}/availability/stream', { headers: { Accept: 'text/event-stream', Authorization: 'Bearer {{organizer.Token}}' } });
                say(`${status = answer.status} ${answer.headers.get('X-Request-Id') ? 'with' : 'without'} its id`);
                const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
                for (let part = await reader.read(); !part.done; part = await reader.read())
                  if (part.value.includes('"quantityAvailable":50')) say('50 left');
                say('ended');
              }
            })().catch(error => say(`broken: ${error}`));
            """);
        Assert.Equal(["200 with its id", "50 left"], await browser.Until("50 left"));
        (await organizer.Post("api/auth/logout", new { refreshToken = organizer.RefreshToken })).Expect(204);
        Assert.Equal(["ended", "404 with its id", "ended"], [.. await browser.Until("ended"), .. await browser.Until("ended")]);
    }

    /// <summary>Takes a place among the watchers.</summary>
    private static async Task<HttpResponseMessage> Watch(UsherServer server, Show show) =>
        (await server.Http.GetAsync($"api/events/{show.Id}/availability/stream", HttpCompletionOption.ResponseHeadersRead)).EnsureSuccessStatusCode();
}
