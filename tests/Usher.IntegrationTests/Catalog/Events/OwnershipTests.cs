using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>Whose event it is decides who may change it; a draft is not there for others.</summary>
public sealed class OwnershipTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Writes_to_somebody_elses_public_event_are_forbidden(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce();
        var (other, attendee, stranger) = (await Person.Organizer(server), await Person.Attendee(server), new Person(server));
        foreach (var (method, path, body) in Writes(show))
        {
            (await other.Send(method, path, body)).Expect(403, "forbidden");
            (await attendee.Send(method, path, body)).Expect(403, "role_not_allowed");
            var asked = (await stranger.Send(method, path, body)).Expect(401, "unauthenticated");
            Assert.StartsWith("Bearer", asked.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }
        Assert.Equal(show.Reply.Text, (await stranger.Get($"api/events/{show.Id}")).Text);
    }

    [Theory, OnBothEngines]
    public async Task Somebody_elses_draft_is_not_there(Engine engine)
    {
        var server = await servers.Shared(engine);
        var owner = await Person.Organizer(server);
        var draft = await owner.Announce(more: new { publication = "draft" });
        var absent = draft with { Id = Guid.CreateVersion7(), Types = [Guid.CreateVersion7()] };
        var (other, buyer, stranger) = (await Person.Organizer(server), await Person.Attendee(server), new Person(server));
        foreach (var ((method, path, body), (_, absentPath, _)) in Writes(draft).Zip(Writes(absent)))
            Assert.Equal((await other.Send(method, absentPath, body)).Expect(404, "not_found").Bytes, (await other.Send(method, path, body)).Expect(404, "not_found").Bytes);
        foreach (var (read, absentRead) in Reads(draft).Zip(Reads(absent)))
            foreach (var reader in (Person[])[other, buyer, stranger])
                Assert.Equal((await reader.Get(absentRead)).Expect(404, "not_found").Bytes, (await reader.Get(read)).Expect(404, "not_found").Bytes);
        Assert.Equal((await buyer.Book(absent)).Expect(404, "not_found").Bytes, (await buyer.Book(draft)).Expect(404, "not_found").Bytes);
        Assert.Empty((await stranger.Get($"api/events?organizerId={owner.Id}&status=all")).Expect(200)["data"].AsArray());
    }

    [Theory, OnBothEngines]
    public async Task The_owner_and_admins_see_and_change_a_draft(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (owner, admin) = (await Person.Organizer(server), await Person.Admin(server));
        var draft = await owner.Announce(more: new { publication = "draft" });
        foreach (var reader in (Person[])[owner, admin])
        {
            foreach (var read in Reads(draft))
                Assert.Equal("no-store", (await reader.Get(read)).Expect(200).Header("Cache-Control"));
            (await reader.Patch($"api/events/{draft.Id}", new { city = "Wien" })).Expect(200);
            (await reader.Patch($"api/events/{draft.Id}/ticket-types/{draft.Types[0]}", new { price = 3 })).Expect(200);
        }
        Assert.Equal(owner.Id, (await admin.Get($"api/events/{draft.Id}"))["organizerId"].GetValue<Guid>());
        (await admin.Put($"api/events/{draft.Id}", new { publication = "published" })).Expect(200);
        (await new Person(server).Get($"api/events/{draft.Id}")).Expect(200);
        (await admin.Delete($"api/events/{draft.Id}")).Expect(204);
    }

    [Theory, OnBothEngines]
    public async Task Organizers_list_their_own_events_drafts_too(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (owner, other) = (await Person.Organizer(server), await Person.Organizer(server));
        var (draft, open) = (await owner.Announce(more: new { publication = "draft" }), await owner.Announce());
        await other.Announce();
        var mine = (await owner.Get("api/organizers/me/events")).Expect(200);
        Assert.Equal(new[] { draft.Id, open.Id }.Order(), mine["data"].AsArray().Select(e => e!["id"]!.GetValue<Guid>()).Order());
        Assert.Equal("no-store", mine.Header("Cache-Control"));
        Assert.Single((await owner.Get($"api/organizers/me/events?name={Uri.EscapeDataString(open.Reply["name"].GetValue<string>())}"))["data"].AsArray());
        (await owner.Get("api/organizers/me/events?nonsense=1")).Expect(400, "unknown_parameter");
        (await (await Person.Attendee(server)).Get("api/organizers/me/events")).Expect(403, "role_not_allowed");
        (await new Person(server).Get("api/organizers/me/events")).Expect(401);
    }

    [Theory, OnBothEngines]
    public async Task A_ticket_type_is_found_under_its_own_event_only(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var (one, two) = (await organizer.Announce(), await organizer.Announce());
        var crossed = $"api/events/{one.Id}/ticket-types/{two.Types[0]}";
        (await organizer.Get(crossed)).Expect(404, "not_found");
        (await organizer.Put(crossed, new { price = 1 })).Expect(404, "not_found");
        (await organizer.Patch(crossed, new { price = 1 })).Expect(404, "not_found");
        (await organizer.Delete(crossed)).Expect(404, "not_found");
        (await organizer.Get($"api/events/{two.Id}/ticket-types/{two.Types[0]}")).Expect(200);
    }

    private static string[] Reads(Show show) =>
        [$"api/events/{show.Id}", $"api/events/{show.Id}/ticket-types", $"api/events/{show.Id}/ticket-types/{show.Types[0]}"];

    private static (string Method, string Path, object? Body)[] Writes(Show show)
    {
        var (events, type) = ($"api/events/{show.Id}", $"api/events/{show.Id}/ticket-types/{show.Types[0]}");
        return
        [
            ("PUT", events, new { name = "Mine now" }), ("PATCH", events, new { name = "Mine now" }), ("DELETE", events, null), ("PUT", $"{events}/cancel", null),
            ("POST", $"{events}/ticket-types", Sample.TicketType()), ("PUT", type, new { price = 1 }), ("PATCH", type, new { price = 1 }), ("DELETE", type, null),
        ];
    }
}
