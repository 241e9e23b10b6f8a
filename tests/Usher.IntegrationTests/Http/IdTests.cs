using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Http;

/// <summary>An id has 36 characters, and nothing around them.</summary>
public sealed class IdTests(Servers servers)
{
    /// <summary>What the framework's own reading takes for the id as well.</summary>
    private static string[] Misspelt(string id) =>
    [
        $"%20{id}", $"{id}%20", $"%09{id}", $"{id}%0a", $"%E2%80%83{id}", $"{id}%C2%A0", $"%20{id}%20", $"{{{id}}}", $"({id})", id.Replace("-", "", StringComparison.Ordinal), $"+{id[1..]}", $"0x{id[2..]}", $"{id[..9]}0x{id[11..]}",
    ];

    [Theory, OnBothEngines]
    public async Task An_id_with_something_around_it_is_none(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        var booked = (await buyer.Book(show)).Expect(201)["id"].GetValue<string>();
        var (show1, type) = ($"{show.Id}", $"{show.Types[0]}");
        foreach (var id in Misspelt(show1))
        {
            foreach (var place in (string[])["", "/availability", "/availability/stream", "/calendar.ics", "/ticket-types", $"/ticket-types/{type}", "/bookings", "/cancellation", "/mails", "/audit"])
                (await organizer.Get($"api/events/{id}{place}")).Expect(404, "not_found");
            (await organizer.Patch($"api/events/{id}", new { city = "Linz" })).Expect(404, "not_found");
            (await organizer.Delete($"api/events/{id}")).Expect(404, "not_found");
        }
        foreach (var id in Misspelt(type))
            (await organizer.Get($"api/events/{show1}/ticket-types/{id}")).Expect(404, "not_found");
        foreach (var id in Misspelt(booked))
        {
            (await buyer.Get($"api/bookings/{id}")).Expect(404, "not_found");
            (await buyer.Put($"api/bookings/{id}/cancel", null)).Expect(404, "not_found");
        }
        foreach (var id in Misspelt($"{organizer.Id}"))
        {
            (await organizer.Get($"api/events?organizerId={id}")).ExpectErrors("invalid_parameter", "organizerId");
            (await organizer.Get($"api/users/{id}/bookings")).Expect(404, "not_found");
        }
        foreach (var id in Misspelt(show1))
            (await buyer.Post("api/bookings", new { eventId = Uri.UnescapeDataString(id), ticketTypeId = type, quantity = 1 })).ExpectErrors("validation_failed", "eventId");
        // In capitals it is the same id.
        (await organizer.Get($"api/events/{show1.ToUpperInvariant()}")).Expect(200);
        (await buyer.Get($"api/users/{$"{buyer.Id}".ToUpperInvariant()}/bookings")).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Me_is_written_small(Engine engine)
    {
        var buyer = await Person.Attendee(await servers.Shared(engine));
        (await buyer.Get("api/users/me/bookings")).Expect(200);
        foreach (var other in (string[])["ME", "Me", "mE", "me%20", "%20me", "me%0a", "you"])
            (await buyer.Get($"api/users/{other}/bookings")).Expect(404, "not_found");
        // Neither does the document's name end in a failure.
        Assert.InRange((int)(await buyer.Get("openapi/V1.json")).Status, 200, 404);
    }
}
