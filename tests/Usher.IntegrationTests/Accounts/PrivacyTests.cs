using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Features.Catalog.TicketTypes;

namespace Usher.IntegrationTests.Accounts;

/// <summary>One's own data, handed out and erased.</summary>
public sealed class PrivacyTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task The_export_has_all_that_is_keyed_to_the_person_and_nothing_of_others(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer, other) = (await Person.Organizer(server), await Person.Attendee(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        var booked = (await buyer.Book(show, 2)).Expect(201);
        (await other.Book(show)).Expect(201);
        await Letterbox.Wait(server, buyer, 1, "booking-confirmed");

        var export = (await buyer.Get("api/me/export")).Expect(200);
        var data = export["data"];
        Assert.Equal(["account", "audit", "bookings", "events", "mails", "reports"], data.AsObject().Select(part => part.Key).Order(StringComparer.Ordinal));
        Assert.Equal(buyer.Email, data["account"]!["email"]!.GetValue<string>());
        Assert.Single(data["account"]!["sessions"]!.AsArray());
        Assert.Equal(booked["id"].GetValue<Guid>(), Assert.Single(data["bookings"]!.AsArray())!["id"]!.GetValue<Guid>());
        Assert.Contains(data["mails"]!.AsArray(), mail => mail!["kind"]!.GetValue<string>() == "booking_confirmed");
        Assert.Equal("no-store", export.Header("Cache-Control"));
        foreach (var secret in (string[])["argon2", "hash", "token\"", other.Email, other.Username])
            Assert.DoesNotContain(secret, export.Text, StringComparison.OrdinalIgnoreCase);

        var offered = (await organizer.Get("api/me/export")).Expect(200)["data"]["events"]!.AsArray();
        Assert.Equal(show.Id, Assert.Single(offered)!["id"]!.GetValue<Guid>());
        (await new Person(server).Get("api/me/export")).Expect(401, "unauthenticated");
    }

    [Theory, OnBothEngines]
    public async Task The_export_has_every_word_that_somebody_wrote_and_an_erasure_takes_those_about_bookings(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer, other) = (await Person.Organizer(server), await Person.Attendee(server), await Person.Attendee(server));
        var show = await organizer.Announce(more: new
        {
            description = "With an interval.",
            venue = "Old Mill",
            city = "Graz",
            country = "Austria",
            latitude = 47.07,
            longitude = 15.44,
            category = "music",
            tags = new[] { "strings" },
            imageUrl = "https://example.com/a.png",
            maxPerBooking = 9,
            maxPerUser = 90,
        });
        var bookings = new List<Guid>();
        foreach (var one in (Person[])[buyer, other])
            bookings.Add((await one.Book(show)).Expect(201)["id"].GetValue<Guid>());
        (await buyer.Put($"api/bookings/{bookings[0]}/cancel", new { reason = "My aunt is ill." })).Expect(200);
        (await organizer.Put($"api/bookings/{bookings[1]}/cancel", new { reason = "You were rude." })).Expect(200);

        Assert.Equal("My aunt is ill.", (await buyer.Get("api/me/export")).Expect(200)["data"]["bookings"]![0]!["cancelNote"]!.GetValue<string>());
        Assert.Equal("You were rude.", (await other.Get("api/me/export")).Expect(200)["data"]["bookings"]![0]!["cancelNote"]!.GetValue<string>());
        var exported = (await organizer.Get("api/me/export")).Expect(200)["data"]["events"]![0]!.AsObject();
        Assert.Equal("You were rude.", Assert.Single(exported["cancelNotes"]!.AsArray())!["note"]!.GetValue<string>());
        // Whatever can be written of an event or a ticket type, also what will be some day.
        foreach (var member in MembersOf<CreateEventRequest>())
            Assert.True(exported.ContainsKey(member), $"The export of an event has no {member}.");
        Assert.Equal(("Old Mill", "strings"), (exported["venue"]!.GetValue<string>(), exported["tags"]![0]!.GetValue<string>()));
        var type = exported["ticketTypes"]![0]!.AsObject();
        foreach (var member in MembersOf<CreateTicketTypeRequest>())
            Assert.True(type.ContainsKey(member), $"The export of a ticket type has no {member}.");

        (await buyer.Delete("api/me", new { password = Person.Password })).Expect(204);
        Assert.Equal(1, await server.Database.Count("SELECT count(*) FROM bookings WHERE event_id = @id AND cancel_note IS NOT NULL", ("id", show.Id)));
        (await organizer.Put($"api/events/{show.Id}/cancel", new { })).Expect(200);
        (await organizer.Delete("api/me", new { password = Person.Password })).Expect(204);
        Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM bookings WHERE event_id = @id AND cancel_note IS NOT NULL", ("id", show.Id)));
        await server.Verify();
    }

    private static IEnumerable<string> MembersOf<T>() => typeof(T).GetProperties().Where(p => p.Name != "EqualityContract").Select(p => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(p.Name));

    [Theory, OnBothEngines]
    public async Task An_erased_account_is_nobodys_and_its_bookings_stay_in_the_books(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var elsewhere = await buyer.LogInAgain();
        var show = await organizer.Announce();
        var booked = (await buyer.Book(show, 3)).Expect(201);
        await Letterbox.Wait(server, buyer, 2);

        (await buyer.Delete("api/me", new { password = Person.Password })).Expect(409, "has_upcoming_bookings");
        await server.Database.Shift(show.Id, "starts_at", TimeProvider.System.GetUtcNow().AddDays(-1));
        (await buyer.Delete("api/me", new { password = "not-this-one-at-all" })).Expect(401, "invalid_credentials");
        (await buyer.Delete("api/me", "{}")).ExpectErrors("validation_failed", "password");
        Assert.True(await buyer.IsSignedIn());
        (await buyer.Delete("api/me", new { password = Person.Password })).Expect(204);

        Assert.False(await buyer.IsSignedIn());
        Assert.False(await elsewhere.IsSignedIn());
        (await buyer.Refresh()).Expect(401);
        foreach (var way in (object[])[new { email = buyer.Email, password = Person.Password }, new { username = buyer.Username, password = Person.Password },
            new { username = $"~{buyer.Id:N}", password = "" }, new { email = $"~{buyer.Id:N}@erased.invalid", password = Person.Password }, new { email = $"~{buyer.Id:N}", password = "" }])
            (await new Person(server).Post("api/auth/login", way)).Expect(401, "invalid_credentials");

        var sold = (await organizer.Get($"api/events/{show.Id}/bookings")).Expect(200);
        var row = Assert.Single(sold["data"].AsArray())!;
        Assert.Equal((booked["id"].GetValue<Guid>(), 75m), (row["id"]!.GetValue<Guid>(), row["totalPrice"]!.GetValue<decimal>()));
        foreach (var known in (string[])[buyer.Username, buyer.Email])
        {
            Assert.DoesNotContain(known, sold.Text, StringComparison.OrdinalIgnoreCase);
            await ExpectNowhere(server, known);
        }
        Assert.Empty(Letterbox.Read(server, buyer));
        await server.Verify();
        // The name and the address are free again.
        (await new Person(server).Post("api/auth/register", new { username = buyer.Username, email = buyer.Email, password = Person.Password })).Expect(201);
    }

    [Theory, OnBothEngines]
    public async Task Who_offers_events_to_come_cannot_go_before_them(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var draft = await organizer.Announce(more: new { publication = "draft" });
        (await organizer.Delete("api/me", new { password = Person.Password })).Expect(409, "has_upcoming_events");
        Assert.True(await organizer.IsSignedIn());
        (await organizer.Put($"api/events/{show.Id}/cancel", new { })).Expect(200);
        (await organizer.Delete("api/me", new { password = Person.Password })).Expect(204);

        var stranger = new Person(server);
        Assert.Equal("cancelled", (await stranger.Get($"api/events/{show.Id}")).Expect(200)["status"].GetValue<string>());
        Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM events WHERE id = @id", ("id", draft.Id)));
    }

    /// <summary>In no column of any table.</summary>
    private static async Task ExpectNowhere(UsherServer server, string text)
    {
        foreach (var (table, column) in await server.Database.TextColumns())
            Assert.True(await server.Database.Count($"SELECT count(*) FROM {table} WHERE lower(CAST({column} AS text)) LIKE @text", ("text", $"%{text.ToLowerInvariant()}%")) == 0,
                $"{text} stands in {table}.{column}");
    }
}
