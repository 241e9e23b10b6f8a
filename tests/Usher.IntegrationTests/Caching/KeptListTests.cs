using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Caching;

/// <summary>The list of events is kept: always the same for everyone, never older than an edit, a second old at most of sales.</summary>
public sealed class KeptListTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Every_edit_shows_on_the_next_read(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var mine = $"api/events?organizerId={organizer.Id}&status=all";
        Assert.Empty(await Names(organizer, mine));

        var show = await organizer.Announce(more: new { name = "First" });
        Assert.Equal(["First"], await Names(organizer, mine));
        (await organizer.Patch($"api/events/{show.Id}", new { name = "Second" })).Expect(200);
        Assert.Equal(["Second"], await Names(organizer, mine));
        (await organizer.Put($"api/events/{show.Id}", new { publication = "draft" })).Expect(200);
        Assert.Empty(await Names(organizer, mine));
        (await organizer.Patch($"api/events/{show.Id}", new { publication = "published" })).Expect(200);
        Assert.Equal(["Second"], await Names(organizer, mine));

        var type = (await organizer.Post($"api/events/{show.Id}/ticket-types", Sample.TicketType(("price", 1)))).Expect(201);
        Assert.Equal(1m, (await organizer.Get(mine))["data"][0]!["minPrice"]!.GetValue<decimal>());
        (await organizer.Patch($"api/events/{show.Id}/ticket-types/{type["id"]}", new { price = 2 })).Expect(200);
        Assert.Equal(2m, (await organizer.Get(mine))["data"][0]!["minPrice"]!.GetValue<decimal>());
        (await organizer.Delete($"api/events/{show.Id}/ticket-types/{type["id"]}")).Expect(204);
        Assert.Equal(25m, (await organizer.Get(mine))["data"][0]!["minPrice"]!.GetValue<decimal>());

        (await organizer.Put($"api/events/{show.Id}/cancel", new { })).Expect(200);
        Assert.Equal("cancelled", (await organizer.Get(mine))["data"][0]!["status"]!.GetValue<string>());
        (await organizer.Delete($"api/events/{show.Id}")).Expect(204);
        Assert.Empty(await Names(organizer, mine));

        var line = Sample.Event(("name", "Imported")).ToJsonString();
        using var file = new StringContent(line, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-ndjson"));
        (await organizer.Post("api/events/import", file)).Expect(200);
        Assert.Equal(["Imported"], await Names(organizer, mine));
    }

    [Theory, OnBothEngines]
    public async Task A_sale_shows_within_a_second(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var (show, buyer) = (await organizer.Announce(), await Person.Attendee(server));
        var mine = $"api/events?organizerId={organizer.Id}";
        for (var sold = 0; sold < 3; sold++)
        {
            Assert.Equal(sold, (await organizer.Get(mine))["data"][0]!["quantitySold"]!.GetValue<int>());
            (await buyer.Book(show)).Expect(201);
            await Task.Delay(1000);
        }
        Assert.Equal(3, (await organizer.Get(mine))["data"][0]!["quantitySold"]!.GetValue<int>());
    }

    [Theory, OnBothEngines]
    public async Task Everyone_gets_the_same_bytes_however_the_question_is_spelled(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        await organizer.Announce(more: new { name = "Spelled evening" });
        var first = (await organizer.Get($"api/events?organizerId={organizer.Id}&q=spelled&limit=5")).Expect(200);
        foreach (var reader in (Person[])[organizer, new(server), new(server) { Token = "garbage" }, await Person.Attendee(server)])
            foreach (var spelled in (string[])[$"organizerId={organizer.Id}&q=spelled&limit=5", $"limit=5&q=spelled&organizerId={organizer.Id}", $"search=spelled&limit=5&organizerId={organizer.Id}"])
            {
                var reply = (await reader.Get($"api/events?{spelled}")).Expect(200);
                Assert.Equal(first.Text, reply.Text);
                Assert.Equal((first.ETag, first.Header("Link"), "no-cache", first.ContentHeaders.ContentType), (reply.ETag, reply.Header("Link"), reply.Header("Cache-Control"), reply.ContentHeaders.ContentType));
                Assert.Equal("", (await reader.Get($"api/events?{spelled}", ("If-None-Match", $"\"other\", {first.ETag}"))).Expect(304).Text);
                var head = (await reader.Send("HEAD", $"api/events?{spelled}", null)).Expect(200);
                Assert.Equal((first.ETag, first.ContentHeaders.ContentLength, ""), (head.ETag, head.ContentHeaders.ContentLength, head.Text));
            }
        Assert.NotEqual(first.Header("X-Request-Id"), (await organizer.Get($"api/events?organizerId={organizer.Id}&q=spelled&limit=5")).Header("X-Request-Id"));
    }

    [Theory, OnBothEngines]
    public async Task What_is_refused_is_refused_each_time_and_other_methods_pass(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        (await stranger.Get("api/events")).Expect(200);
        for (var i = 0; i < 2; i++)
        {
            (await stranger.Get("api/events?colour=red")).Expect(400, "unknown_parameter");
            (await stranger.Get("api/events?limit=0")).Expect(400, "invalid_parameter");
            (await stranger.Get("api/events?limit=5&limit=5")).Expect(400, "invalid_parameter");
            (await stranger.Post("api/events", "{}")).Expect(401, "unauthenticated");
            (await stranger.Send("OPTIONS", "api/events", null)).Expect(204);
            (await stranger.Get("api/organizers/me/events")).Expect(401);
        }
    }

    [Theory, OnBothEngines]
    public async Task What_is_private_stays_out_of_what_is_kept(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, stranger) = (await Person.Organizer(server), new Person(server));
        var draft = await organizer.Announce(more: new { publication = "draft" });
        Assert.Equal("no-store", (await organizer.Get("api/organizers/me/events")).Expect(200).Header("Cache-Control"));
        Assert.Equal("no-store", (await organizer.Get($"api/events/{draft.Id}")).Expect(200).Header("Cache-Control"));
        Assert.Empty(await Names(organizer, $"api/events?organizerId={organizer.Id}"));
        foreach (var path in (string[])["", "/ticket-types", $"/ticket-types/{draft.Types[0]}", "/availability", "/availability/stream", "/calendar.ics"])
        {
            (await organizer.Get($"api/events/{draft.Id}")).Expect(200);
            (await stranger.Get($"api/events/{draft.Id}{path}")).Expect(404, "not_found");
        }
    }

    private static async Task<IReadOnlyList<string>> Names(Person reader, string path) =>
        [.. (await reader.Get(path)).Expect(200)["data"].AsArray().Select(row => row!["name"]!.GetValue<string>())];
}
