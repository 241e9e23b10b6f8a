using System.Data.Common;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Audit;

/// <summary>Who did what, written with what was done.</summary>
public sealed class AuditTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task An_event_says_who_did_what_to_it(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer, admin) = (await Person.Organizer(server), await Person.Attendee(server), await Person.Admin(server));
        var show = await organizer.Announce();
        (await organizer.Patch($"api/events/{show.Id}", new { description = "With an interval." })).Expect(200);
        // Nothing was changed, so nothing is told.
        (await organizer.Patch($"api/events/{show.Id}", new { description = "With an interval." })).Expect(200);
        (await organizer.Patch($"api/events/{show.Id}", new { totalCapacity = -1 })).Expect(400);
        var type = (await organizer.Post($"api/events/{show.Id}/ticket-types", Sample.TicketType())).Expect(201)["id"].GetValue<Guid>();
        (await admin.Patch($"api/events/{show.Id}/ticket-types/{type}", new { price = 3 })).Expect(200);
        (await organizer.Delete($"api/events/{show.Id}/ticket-types/{type}")).Expect(204);
        var (own, others) = ((await buyer.Book(show)).Expect(201)["id"].GetValue<Guid>(), (await buyer.Book(show)).Expect(201)["id"].GetValue<Guid>());
        (await buyer.Put($"api/bookings/{own}/cancel", null)).Expect(200);
        (await organizer.Put($"api/bookings/{others}/cancel", null)).Expect(200);
        (await organizer.Put($"api/bookings/{others}/cancel", null)).Expect(200);
        (await organizer.Put($"api/events/{show.Id}/cancel", new { })).Expect(200);

        var audit = await Entries(organizer, $"api/events/{show.Id}/audit", 7);
        // The cancelled booking is told of when its message is delivered, so its place among the others is open.
        Assert.Equal(
            [("event_created", organizer.Id), ("event_changed", organizer.Id), ("ticket_type_created", organizer.Id), ("ticket_type_changed", admin.Id), ("ticket_type_deleted", organizer.Id), ("event_cancelled", organizer.Id)],
            audit.Where(a => a.Booking is null).Select(a => (a.Action, a.Actor)).Reverse());
        Assert.Equal(("booking_cancelled", organizer.Id, others), Assert.Single(audit, a => a.Booking is not null) is var entry ? (entry.Action, entry.Actor, entry.Booking!.Value) : default);
        Assert.All(audit.Where(a => a.Action.StartsWith("ticket_type", StringComparison.Ordinal)), a => Assert.Equal(type, a.TicketType));

        (await buyer.Get($"api/events/{show.Id}/audit")).Expect(403);
        (await (await Person.Organizer(server)).Get($"api/events/{show.Id}/audit")).Expect(403);
        await organizer.ExpectPages($"api/events/{show.Id}/audit", 7);
    }

    [Theory, OnBothEngines]
    public async Task Admins_see_what_was_done_to_an_account_and_by_whom(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (person, admin) = (await Person.Organizer(server), await Person.Admin(server));
        var show = await person.Announce();
        (await person.Patch("api/me", new { displayName = "Ada" })).Expect(200);
        (await person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = "harbour-lantern-quill-4" })).Expect(204);
        (await person.Delete($"api/events/{show.Id}")).Expect(204);
        (await person.Delete("api/me", new { password = "harbour-lantern-quill-4" })).Expect(204);

        Assert.Equal(["account_erased", "password_changed", "account_changed", "account_registered"], (await Entries(admin, $"api/audit?userId={person.Id}", 4)).Select(a => a.Action));
        Assert.Equal(["account_erased", "event_deleted", "password_changed", "account_changed", "event_created", "account_registered"], (await Entries(admin, $"api/audit?actorId={person.Id}", 6)).Select(a => a.Action));
        Assert.Equal(["event_deleted", "event_created"], (await Entries(admin, $"api/audit?eventId={show.Id}", 2)).Select(a => a.Action));
        Assert.Equal("made_admin", (await Entries(admin, $"api/audit?userId={admin.Id}", 2))[0].Action);
        (await (await Person.Organizer(server)).Get("api/audit")).Expect(403);
        (await new Person(server).Get("api/audit")).Expect(401);
        (await admin.Get("api/audit?userId=me")).Expect(400, "invalid_parameter");
    }

    [Theory, OnBothEngines]
    public async Task An_entry_cannot_be_changed(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        var refused = await Assert.ThrowsAnyAsync<DbException>(() => server.Database.Run("UPDATE audit_entries SET actor_id = NULL WHERE user_id = @user", ("user", person.Id)));
        Assert.Contains("never changed", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<List<(string Action, Guid? Actor, Guid? Booking, Guid? TicketType)>> Entries(Person reader, string path, int count)
    {
        List<(string, Guid?, Guid?, Guid?)> found = [];
        await Eventually.IsTrue(async () =>
        {
            var data = (await reader.Get($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=100")).Expect(200)["data"].AsArray();
            found = [.. data.Select(a => (a!["action"]!.GetValue<string>(), a["actorId"]?.GetValue<Guid>(), a["bookingId"]?.GetValue<Guid>(), a["ticketTypeId"]?.GetValue<Guid>()))];
            return found.Count >= count;
        }, 30);
        Assert.Equal(count, found.Count);
        return found;
    }
}
