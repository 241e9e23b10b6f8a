using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>Every filter of the list of events, with values that find and values that cannot be.</summary>
public sealed class ListEventsTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Text_is_found_by_words_in_any_case_and_accent_the_last_one_as_a_beginning(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        await hall.Announce(("name", "Mahlers Zehnte: Sinfonie für Wien"), ("description", "Mit Čapek-Quartett"), ("venue", "Große Aula"));
        foreach (var found in (string[])["mahlers", "MAHLERS ZEHNTE", "zehnte mahlers", "für", "fur", "sinf", "capek quartett", "grosse aul", "mahlers%", "mahlers -zehnte", "\"zehnte\"", "mahlers & zehnte | *"])
            await hall.Finds($"q={Uri.EscapeDataString(found)}", 1);
        foreach (var missed in (string[])["mahl zehnte", "ahlers", "mahlers brahms", "%", "_", "---", "🎻", "mahlers OR brahms"])
            await hall.Finds($"q={Uri.EscapeDataString(missed)}", 0);
        await hall.Finds("search=mahlers", 1);
        await hall.Finds("keyword=mahlers", 1);
        await hall.Refuses($"q={new string('a', 201)}", "q");
        await hall.Finds($"q={new string('a', 200)}", 0);
    }

    [Theory, OnBothEngines]
    public async Task Places_and_names_are_found(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        await hall.Announce(("name", "Die 100% Nacht_Musik"), ("location", "Musikverein, Wien"), ("venue", "Goldener Saal"), ("country", "Österreich"));
        await hall.Finds("location=musikverein", 1);
        await hall.Finds("location=goldener saa", 1);
        await hall.Finds("location=osterreich", 1);
        await hall.Finds("location=graz", 0);
        await hall.Finds("country=ÖSTERREICH", 1);
        await hall.Finds("country=osterreich", 1);
        await hall.Finds("country=Öster", 0);
        await hall.Finds("name=acht_mus", 1);
        await hall.Finds("name=100%25", 1);
        await hall.Finds("name=100%25x", 0);
        await hall.Finds("name=n%25k", 0);
        foreach (var name in (string[])["name", "location", "country", "city", "currency", "organizerId"])
            Assert.Contains((await new Person(hall.Owner.Server).Get($"api/events?{name}={new string('a', 201)}")).Code, (string[])["invalid_parameter"]);
    }

    [Theory, OnBothEngines]
    public async Task The_city_is_equal_in_any_case_and_accent(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var word = Sample.Word();
        await organizer.Announce(more: new { city = $"Zürich {word}" });
        foreach (var (city, count) in ((string, int)[])[($"Zürich {word}", 1), ($"ZURICH {word}", 1), ($"zürich  {word}", 1), ("Zürich", 0), (word, 0)])
            Assert.True(count == (await organizer.Get($"api/events?city={Uri.EscapeDataString(city)}&organizerId={organizer.Id}")).Expect(200)["data"].AsArray().Count, city);
    }

    [Theory, OnBothEngines]
    public async Task Any_of_several_categories_is_found(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        foreach (var category in (string[])["Jazz", "Oper", "Konzert"])
            await hall.Announce(("category", category));
        await hall.Announce();
        await hall.Finds("category=jazz", 1);
        await hall.Finds("category=jazz,OPER", 2);
        await hall.Finds("category=jazz&category=oper,konzert", 3);
        await hall.Finds("category=ballet", 0);
    }

    [Theory, OnBothEngines]
    public async Task Days_are_whole_days_of_the_events_own_calendar(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        // On the 1st in Tokyo, when it is still May in Vienna.
        await hall.Announce(("date", "2041-06-01T00:30:00"), ("timeZone", "Asia/Tokyo"));
        await hall.Announce(("date", "2041-06-01T23:30:00"), ("timeZone", "Europe/Vienna"));
        await hall.Finds("dateFrom=2041-06-01&dateTo=2041-06-01", 2);
        await hall.Finds("startDate=2041-06-01&endDate=2041-06-01", 2);
        await hall.Finds("dateTo=2041-05-31", 0);
        await hall.Finds("dateFrom=2041-06-02", 0);
        await hall.Finds("dateFrom=2041-05-31T15:30:00Z&dateTo=2041-05-31T15:30:01Z", 1);
        await hall.Finds("dateFrom=2041-05-31T15:30:00Z&dateTo=2041-06-01T21:30:00Z", 1);
        await hall.Finds("dateTo=2041-06-01T00:30:00%2B09:00", 0);
        foreach (var wrong in (string[])["2041-13-01", "tomorrow", "2041-06-01T00:00:00", "20410601", "2041-02-29"])
        {
            await hall.Refuses($"dateFrom={wrong}", "dateFrom");
            await hall.Refuses($"dateTo={wrong}", "dateTo");
        }
        await hall.Refuses("dateFrom=2041-06-02&dateTo=2041-06-01", "dateTo");
    }

    [Theory, OnBothEngines]
    public async Task Some_one_ticket_type_lies_in_the_range_of_prices(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        await hall.Announce(("ticketTypes", new JsonArray(Sample.TicketType(("price", 10)), Sample.TicketType(("price", 100)))));
        await hall.Announce(("currency", "JPY"), ("ticketTypes", new JsonArray(Sample.TicketType(("price", 1500)))));
        await hall.Announce();
        await hall.Finds("minPrice=10&maxPrice=10", 1);
        await hall.Finds("minPrice=20&maxPrice=90", 0);
        await hall.Finds("minPrice=100.00", 2);
        await hall.Finds("maxPrice=9.99", 0);
        await hall.Finds("minPrice=1500&maxPrice=1500", 1);
        await hall.Finds("currency=JPY", 1);
        await hall.Finds("currency=EUR&minPrice=0", 1);
        foreach (var wrong in (string[])["cheap", "-1", "NaN", "1e3", "1,5", "99999999999999999999999999999999"])
        {
            await hall.Refuses($"minPrice={wrong}", "minPrice");
            await hall.Refuses($"maxPrice={wrong}", "maxPrice");
        }
        await hall.Refuses("minPrice=2&maxPrice=1", "maxPrice");
        await hall.Refuses("currency=eur", "currency");
        await hall.Refuses("currency=XYZ", "currency");
    }

    [Theory, OnBothEngines]
    public async Task Availability_and_status_narrow_the_list(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        var buyer = await Person.Attendee(hall.Owner.Server);
        var seat = new JsonArray(Sample.TicketType(("quantityAvailable", 1)));
        var open = await hall.Announce(("ticketTypes", seat));
        var sold = await hall.Announce(("ticketTypes", seat));
        var (held, gone, past) = (await hall.Announce(("ticketTypes", seat)), await hall.Announce(("ticketTypes", seat)), await hall.Announce(("ticketTypes", seat)));
        (await buyer.Book(sold)).Expect(201);
        await buyer.Hold(held);
        (await hall.Owner.Put($"api/events/{gone.Id}/cancel", null)).Expect(200);
        await buyer.Server.Database.Shift(past.Id, "starts_at", Sample.InDays(-1));
        // Lists may lag by a second.
        await Eventually.IsTrue(async () => (await hall.List("availability=available")).Count == 1, withinSeconds: 3);

        await hall.FindsOnly("availability=available", open);
        await hall.FindsOnly("availability=true", open);
        await hall.FindsOnly("available=true", open);
        await hall.FindsOnly("availability=sold_out", sold);
        await hall.FindsOnly("availability=false", sold);
        await hall.FindsOnly("", open, sold, held);
        await hall.FindsOnly("status=upcoming", open, held);
        await hall.FindsOnly("status=sold_out", sold);
        await hall.FindsOnly("status=cancelled", gone);
        await hall.FindsOnly("status=past", past);
        await hall.FindsOnly("status=past,cancelled", past, gone);
        await hall.FindsOnly("status=past&status=upcoming", past, open, held);
        await hall.FindsOnly("status=all", open, sold, held, gone, past);
        foreach (var wrong in (string[])["status=open", "status=upcoming,open", "status=Upcoming"])
            await hall.Refuses(wrong, "status");
        await hall.Refuses("availability=maybe", "availability");
    }

    [Theory, OnBothEngines]
    public async Task Filters_are_all_to_be_met(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        await hall.Announce(("category", "jazz"), ("name", "Blue Evening"));
        await hall.Announce(("category", "jazz"), ("name", "Red Evening"));
        await hall.Finds("category=jazz&q=blue", 1);
        await hall.Finds("category=opera&q=blue", 0);
        await hall.Finds($"organizerId={hall.Owner.Id}", 2);
        await hall.Finds($"organizerId={Guid.CreateVersion7()}", 0);
        foreach (var wrong in (string[])["me", hall.Owner.Id.ToString("N"), "1"])
            await hall.Refuses($"organizerId={wrong}", "organizerId");
    }

    [Theory, OnBothEngines]
    public async Task A_parameter_that_is_misspelt_or_given_twice_is_refused(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        foreach (var unknown in (string[])["colour=red", "Category=jazz", "page_size=5", "q[]=a", "%00=1", "=x"])
        {
            var reply = (await stranger.Get($"api/events?{unknown}")).Expect(400, "unknown_parameter");
            Assert.Contains("category", reply["detail"].GetValue<string>(), StringComparison.Ordinal);
        }
        foreach (var (twice, name) in ((string, string)[])[
            ("q=a&q=b", "q"), ("q=a&search=b", "q"), ("search=a&keyword=b", "q"), ("dateFrom=2041-01-01&startDate=2041-01-01", "dateFrom"), ("endDate=2041-01-01&dateTo=2041-01-01", "dateTo"),
            ("availability=true&available=true", "availability"), ("page=1&page=2", "page"), ("limit=1&limit=1", "limit"), ("sortBy=date&sortBy=name", "sortBy"), ("city=a&city=b", "city")])
            (await stranger.Get($"api/events?{twice}")).ExpectErrors("invalid_parameter", name);
        (await stranger.Get("api/events?q=a%00b")).ExpectErrors("invalid_parameter", "q");
    }
}
