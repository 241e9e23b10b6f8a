using System.Text;
using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>Changing, deleting and cancelling events.</summary>
public sealed class EventChangeTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task What_was_read_can_be_edited_and_put_back(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(more: new { description = "Old", tags = new[] { "a" }, salesEndAt = Sample.InDays(50), city = "Wien", latitude = 1.5, longitude = 2.5 });
        (await (await Person.Attendee(server)).Book(show, 2)).Expect(201);
        var read = await organizer.Get($"api/events/{show.Id}");

        var same = (await organizer.Put($"api/events/{show.Id}", read.Json)).Expect(200);
        AssertSame(read.Json!, same.Json!, "version", "updatedAt");
        read.Json!["description"] = "New";
        var edited = (await organizer.Put($"api/events/{show.Id}", read.Json)).Expect(200);
        Assert.True(edited["version"].GetValue<int>() > read["version"].GetValue<int>());
        Assert.True(edited["updatedAt"].GetValue<DateTimeOffset>() >= read["updatedAt"].GetValue<DateTimeOffset>());
        AssertSame(read.Json!, edited.Json!, "version", "updatedAt");
        Assert.Equal(edited.Text, (await organizer.Get($"api/events/{show.Id}")).Text);
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task What_is_left_out_keeps_its_value_and_null_clears(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        (string Name, object Value)[] optional =
        [
            ("description", "Words"), ("endDate", Sample.InDays(61)), ("category", "jazz"), ("tags", new[] { "a", "b" }), ("venue", "Hall"), ("city", "Wien"), ("country", "AT"),
            ("imageUrl", "https://example.com/i.png"), ("salesStartAt", Sample.InDays(1)), ("salesEndAt", Sample.InDays(2)), ("cancellationDeadline", Sample.InDays(3)),
            ("maxPerBooking", 3), ("maxPerUser", 5),
        ];
        var created = (await organizer.Post("api/events", Sample.Event([.. optional.Select(o => (o.Name, (object?)o.Value))]))).Expect(201);
        var path = $"api/events/{created["id"]}";
        foreach (var send in (Func<object, Task<Reply>>[])[body => organizer.Put(path, body), body => organizer.Patch(path, body)])
            AssertSame(created.Json!, (await send(new { name = "Renamed" })).Expect(200).Json!, "name", "version", "updatedAt");
        foreach (var (name, _) in optional)
        {
            var cleared = (await organizer.Put(path, new JsonObject { [name] = null })).Expect(200);
            if (name == "tags")
                Assert.Empty(cleared["tags"].AsArray());
            else
                Assert.Null(cleared.Json![name]);
        }
        foreach (var required in (string[])["name", "date", "location", "totalCapacity"])
        {
            (await organizer.Put(path, new JsonObject { [required] = null })).ExpectErrors("validation_failed", required);
            (await organizer.Patch(path, new JsonObject { [required] = null })).ExpectErrors("validation_failed", required);
        }
    }

    [Theory, OnBothEngines]
    public async Task A_patch_may_be_called_a_merge_patch(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var show = await organizer.Announce();
        using var patch = new StringContent("""{"city":"Graz"}""", Encoding.UTF8, "application/merge-patch+json");
        Assert.Equal("Graz", (await organizer.Patch($"api/events/{show.Id}", patch)).Expect(200)["city"].GetValue<string>());
        (await organizer.Put($"api/events/{show.Id}", null)).Expect(415, "unsupported_media_type");
    }

    [Theory, OnBothEngines]
    public async Task A_change_is_checked_as_a_new_event_is(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var path = $"api/events/{(await organizer.Announce()).Id}";
        (await organizer.Put(path, new { name = "", totalCapacity = "5", currency = "eur", publication = "secret", city = 5 }))
            .ExpectErrors("validation_failed", "name", "totalCapacity", "currency", "publication", "city");
        (await organizer.Patch(path, new { date = Sample.InDays(-1) })).ExpectErrors("validation_failed", "date");
        (await organizer.Patch(path, new { endDate = Sample.InDays(5) })).ExpectErrors("validation_failed", "endDate");
        (await organizer.Patch(path, "{}")).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task The_servers_own_members_cannot_be_put(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var show = await organizer.Announce();
        var before = await organizer.Get($"api/events/{show.Id}");
        foreach (var send in (Func<object, Task<Reply>>[])[body => organizer.Put($"api/events/{show.Id}", body), body => organizer.Patch($"api/events/{show.Id}", body)])
        {
            var after = (await send(new
            {
                id = Guid.CreateVersion7(),
                organizerId = Guid.CreateVersion7(),
                status = "cancelled",
                quantitySold = 5,
                quantityAvailable = 5,
                quantityHeld = 5,
                version = 99,
                createdAt = "2001-01-01T00:00:00Z",
                updatedAt = "2001-01-01T00:00:00Z",
                cancelledAt = "2001-01-01T00:00:00Z",
                cancelReason = "x",
                minPrice = 0,
                maxPrice = 0,
                minPriceMinor = 0,
                localDate = "2001-01-01T00:00:00",
                ticketTypes = Array.Empty<object>(),
                soldOut = true,
            })).Expect(200);
            AssertSame(before.Json!, after.Json!, "version", "updatedAt");
        }
    }

    [Theory, OnBothEngines]
    public async Task A_tag_that_a_proxy_weakened_or_lengthened_is_still_of_its_edit(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var show = await organizer.Announce();
        var path = $"api/events/{show.Id}";
        var (stale, current) = (show.Reply.ETag!, (await organizer.Patch(path, new { city = "Linz" })).Expect(200).ETag!);
        // As nginx, Apache, Jetty, Caddy and others make them when they compress.
        foreach (var passed in (Func<string, string>[])[tag => $"W/{tag}", tag => $"{tag[..^1]}-gzip\"", tag => $"{tag[..^1]}--gzip\"", tag => $"{tag[..^1]}-br\"", tag => $"W/{tag[..^1]};br\"", tag => $"\"other\", W/{tag}"])
        {
            (await organizer.Patch(path, new { city = "Graz" }, ("If-Match", passed(stale)))).Expect(412, "precondition_failed");
            current = (await organizer.Patch(path, new { city = "Graz" }, ("If-Match", passed(current)))).Expect(200).ETag!;
        }
        foreach (var other in (string[])["W/\"nonsense\"", "W/\"\"", "W/\"-1\""])
            (await organizer.Patch(path, new { city = "Enns" }, ("If-Match", other))).Expect(412, "precondition_failed");
        (await organizer.Patch(path, new { city = "Enns" }, ("If-Match", "W/\"nonsense\", *"))).Expect(200);
        // What was read through such a proxy is not sent again.
        Assert.Equal(304, (int)(await organizer.Get(path, ("If-None-Match", $"W/{(await organizer.Get(path)).ETag}"))).Status);
    }

    [Theory, OnBothEngines]
    public async Task If_Match_keeps_two_editors_apart_and_lets_sales_pass(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var path = $"api/events/{show.Id}";
        var tag = show.Reply.ETag!;
        (await (await Person.Attendee(server)).Book(show)).Expect(201);
        (await organizer.Put(path, new { city = "Linz" }, ("If-Match", tag))).Expect(200);
        (await organizer.Put(path, new { city = "Graz" }, ("If-Match", tag))).Expect(412, "precondition_failed");
        (await organizer.Patch(path, new { city = "Graz" }, ("If-Match", tag))).Expect(412, "precondition_failed");
        (await organizer.Patch(path, new { city = "Graz" }, ("If-Match", "\"nonsense\""))).Expect(412, "precondition_failed");
        (await organizer.Patch(path, new { city = "Enns" }, ("If-Match", "*"))).Expect(200);
        (await organizer.Delete(path, ("If-Match", tag))).Expect(412, "precondition_failed");
        Assert.Equal("Enns", (await organizer.Get(path))["city"].GetValue<string>());

        var fresh = await organizer.Announce();
        (await organizer.Delete($"api/events/{fresh.Id}", ("If-Match", fresh.Reply.ETag!))).Expect(204);
    }

    [Theory, OnBothEngines]
    public async Task Of_two_edits_at_once_with_one_ETag_one_wins(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var show = await organizer.Announce();
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => organizer.Patch($"api/events/{show.Id}", new { city = $"City {i}" }, ("If-Match", show.Reply.ETag!))));
        Assert.Equal([200, 412, 412, 412], replies.Select(reply => (int)reply.Status).Order());
    }

    [Theory, OnBothEngines]
    public async Task Capacity_goes_up_freely_and_down_to_what_is_sold_and_held(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce(capacity: 10);
        (await buyer.Book(show, 3)).Expect(201);
        await buyer.Hold(show, 2);
        (await organizer.Put($"api/events/{show.Id}", new { totalCapacity = 4 })).Expect(409, "capacity_below_sold");
        Assert.Equal(0, (await organizer.Put($"api/events/{show.Id}", new { totalCapacity = 5 })).Expect(200)["quantityAvailable"].GetValue<int>());
        Assert.Equal(5, (await organizer.Put($"api/events/{show.Id}", new { totalCapacity = 1_000_000 })).Expect(200)["quantityAvailable"].GetValue<int>());
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task The_currency_is_fixed_once_there_are_ticket_types(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var bare = (await organizer.Post("api/events", Sample.Event())).Expect(201);
        Assert.Equal("JPY", (await organizer.Put($"api/events/{bare["id"]}", new { currency = "JPY" })).Expect(200)["currency"].GetValue<string>());
        var show = await organizer.Announce();
        (await organizer.Put($"api/events/{show.Id}", new { currency = "JPY" })).Expect(409, "currency_locked");
        (await organizer.Put($"api/events/{show.Id}", new { currency = "EUR" })).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Only_an_event_that_never_had_a_booking_is_deleted_or_made_a_draft_again(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        (await organizer.Put($"api/events/{show.Id}", new { publication = "draft" })).Expect(200);
        (await organizer.Put($"api/events/{show.Id}", new { publication = "published" })).Expect(200);
        var booked = (await buyer.Book(show)).Expect(201);
        (await buyer.Put($"api/bookings/{booked["id"]}/cancel", null)).Expect(200);
        (await organizer.Put($"api/events/{show.Id}", new { publication = "draft" })).Expect(409, "event_has_bookings");
        (await organizer.Delete($"api/events/{show.Id}")).Expect(409, "event_has_bookings");

        var empty = await organizer.Announce();
        Assert.Equal("", (await organizer.Delete($"api/events/{empty.Id}")).Expect(204).Text);
        (await organizer.Get($"api/events/{empty.Id}")).Expect(404, "not_found");
        (await organizer.Delete($"api/events/{empty.Id}")).Expect(404, "not_found");
        (await organizer.Get($"api/events/{empty.Id}/ticket-types")).Expect(404, "not_found");
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task A_cancelled_event_sells_nothing_and_changes_no_more(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        var cancelled = (await organizer.Put($"api/events/{show.Id}/cancel", new { reason = "The tenor is ill." })).Expect(200);
        Assert.Equal("cancelled", cancelled["status"].GetValue<string>());
        Assert.NotNull(cancelled.ETag);
        Assert.Equal(cancelled.Text, (await organizer.Put($"api/events/{show.Id}/cancel", new { reason = "Again." })).Expect(200).Text);
        (await organizer.Put($"api/events/{show.Id}", new { city = "Wien" })).Expect(409, "event_cancelled");
        (await organizer.Patch($"api/events/{show.Id}", new { city = "Wien" })).Expect(409, "event_cancelled");
        (await organizer.Post($"api/events/{show.Id}/ticket-types", Sample.TicketType())).Expect(409, "event_cancelled");
        (await buyer.Book(show)).Expect(409, "event_cancelled");
        (await organizer.Put($"api/events/{(await organizer.Announce()).Id}/cancel", new { reason = 5 })).ExpectErrors("validation_failed", "reason");
    }

    [Theory, OnBothEngines]
    public async Task A_past_event_changes_no_more(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        await server.Database.Shift(show.Id, "starts_at", Sample.InDays(-1));
        Assert.Equal("past", (await organizer.Get($"api/events/{show.Id}"))["status"].GetValue<string>());
        (await organizer.Put($"api/events/{show.Id}", new { city = "Wien" })).Expect(409, "event_past");
        (await organizer.Put($"api/events/{show.Id}/cancel", null)).Expect(409, "event_past");
        (await organizer.Post($"api/events/{show.Id}/ticket-types", Sample.TicketType())).Expect(409, "event_past");
        (await organizer.Put($"api/events/{show.Id}/ticket-types/{show.Types[0]}", new { price = 1 })).Expect(409, "event_past");
        (await (await Person.Attendee(server)).Book(show)).Expect(409, "event_past");
    }

    /// <summary>Both have the same members with the same values, but for these.</summary>
    private static void AssertSame(JsonNode before, JsonNode after, params string[] but)
    {
        var (b, a) = (before.DeepClone().AsObject().Without(but), after.DeepClone().AsObject().Without(but));
        Assert.Equal(b.ToJsonString(), a.ToJsonString());
    }
}
