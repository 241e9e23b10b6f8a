using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Catalog.TicketTypes;

/// <summary>Prices in the digits of their currency, each with a twin in minor units.</summary>
public sealed class MoneyTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_price_has_a_twin_in_minor_units(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        (string Currency, string Price, long Minor)[] table =
        [
            ("EUR", "12.5", 1250), ("EUR", "0.01", 1), ("EUR", "12.50", 1250), ("EUR", "0", 0), ("EUR", "1e2", 10_000), ("EUR", "999999.99", 99_999_999), ("EUR", "0.29", 29),
            ("JPY", "1250", 1250), ("JPY", "1250.0", 1250), ("KWD", "1.234", 1234), ("KWD", "100000", 100_000_000), ("BHD", "0.001", 1), ("USD", "19.99", 1999),
        ];
        foreach (var (currency, price, minor) in table)
        {
            var created = (await organizer.Post("api/events", Priced(currency, price))).Expect(201);
            var type = created["ticketTypes"][0]!;
            Assert.True(minor == type["priceMinor"]!.GetValue<long>() && currency == type["currency"]!.GetValue<string>(), $"{currency} {price}: {type}");
            Assert.Equal(decimal.Parse(price, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture), type["price"]!.GetValue<decimal>());
            Assert.Equal(type["price"]!.GetValue<decimal>(), created["minPrice"].GetValue<decimal>());
            Assert.Equal(minor, created["minPriceMinor"].GetValue<long>());
        }
    }

    [Theory, OnBothEngines]
    public async Task More_decimals_than_the_currency_has_are_refused(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var (currency, price) in ((string, string)[])[("EUR", "12.501"), ("EUR", "0.001"), ("JPY", "0.5"), ("JPY", "1250.01"), ("KWD", "1.2345"), ("EUR", "1e-3"), ("EUR", "0.0000000000001")])
            (await organizer.Post("api/events", Priced(currency, price))).ExpectErrors("price_precision", "ticketTypes[0].price");

        var show = await organizer.Announce(more: new { currency = "JPY", ticketTypes = new[] { new { name = "Seat", price = 100, quantityAvailable = 5 } } });
        var list = $"api/events/{show.Id}/ticket-types";
        (await organizer.Post(list, Sample.TicketType(("price", 12.5)))).ExpectErrors("price_precision", "price");
        (await organizer.Put($"{list}/{show.Types[0]}", new { price = 12.5 })).ExpectErrors("price_precision", "price");
        (await organizer.Patch($"{list}/{show.Types[0]}", new { price = 12 })).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task A_price_has_at_most_a_million_million_minor_units(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        (string Currency, string Price, long Minor)[] table =
        [
            ("IDR", "1500000", 150_000_000), ("COP", "2550760", 255_076_000), ("LBP", "4500000", 450_000_000), ("IRR", "5000000", 500_000_000), ("VND", "150000000", 150_000_000),
            ("EUR", "10000000000", 1_000_000_000_000), ("JPY", "1000000000000", 1_000_000_000_000), ("KWD", "1000000000", 1_000_000_000_000), ("CLF", "100000000", 1_000_000_000_000),
            ("EUR", "9999999999.99", 999_999_999_999), ("JPY", "999999999999", 999_999_999_999), ("KWD", "999999999.999", 999_999_999_999), ("CLF", "99999999.9999", 999_999_999_999),
        ];
        foreach (var (currency, price, minor) in table)
        {
            var created = (await organizer.Post("api/events", Priced(currency, price))).Expect(201);
            var shown = (await organizer.Get($"api/events/{created["id"]}")).Expect(200);
            Assert.Equal((minor, minor), (shown["ticketTypes"][0]!["priceMinor"]!.GetValue<long>(), shown["maxPriceMinor"].GetValue<long>()));
            // To the last digit, whoever reads it.
            Assert.Contains($"\"price\":{decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture).ToString($"F{Usher.Domain.Currency.Get(currency).Digits}", System.Globalization.CultureInfo.InvariantCulture)},", shown.Text, StringComparison.Ordinal);
        }
        foreach (var (currency, price) in ((string, string)[])[("EUR", "10000000000.01"), ("JPY", "1000000000001"), ("KWD", "1000000000.001"), ("CLF", "100000000.0001"), ("EUR", "1e300"), ("EUR", "79228162514264337593543950335"), ("EUR", "-1")])
            (await organizer.Post("api/events", Priced(currency, price))).ExpectErrors("validation_failed", "ticketTypes[0].price");
    }

    [Theory, OnBothEngines]
    public async Task The_highest_prices_are_listed_filtered_sorted_and_counted(Engine engine)
    {
        var (organizer, word) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var ids = new List<string>();
        foreach (var (currency, price) in ((string, string)[])[("CLF", "99999999.9999"), ("KWD", "999999999.999"), ("EUR", "9999999999.99"), ("JPY", "999999999999"), ("KRW", "1000000000000")])
            ids.Add((await organizer.Post("api/events", Priced(currency, price).Replace("\"Small Hall\"", $"\"Small Hall {word}\"", StringComparison.Ordinal))).Expect(201)["id"].GetValue<string>());

        Assert.Equal(ids, await Listed("sortBy=price"));
        Assert.Equal(Enumerable.Reverse(ids), await Listed("sortBy=price&order=desc"));
        Assert.Equal(ids[3..], await Listed("sortBy=price&minPrice=10000000000&maxPrice=1000000000000"));
        Assert.Equal(ids[..4], await Listed("sortBy=price&maxPrice=999999999999"));
        Assert.Equal(ids[4..], await Listed("sortBy=price&minPrice=1000000000000"));
        (await organizer.Get("api/events?maxPrice=1000000000001")).ExpectErrors("invalid_parameter", "maxPrice");
        var facets = (await organizer.Get($"api/events/facets?location={word}")).Expect(200);
        Assert.Equal(("250-", 5), (facets["priceBuckets"][0]!["value"]!.GetValue<string>(), facets["priceBuckets"][0]!["count"]!.GetValue<int>()));

        // Page by page, each after the price that the one before ended with.
        var (seen, cursor) = (new List<string>(), "");
        while (seen.Count < 5)
        {
            var page = (await organizer.Get($"api/events?location={word}&sortBy=price&limit=1{cursor}")).Expect(200);
            seen.Add(page["data"][0]!["id"]!.GetValue<string>());
            cursor = $"&cursor={page["pagination"]["nextCursor"]}";
        }
        Assert.Equal(ids, seen);

        async Task<List<string>> Listed(string query) =>
            [.. (await organizer.Get($"api/events?location={word}&{query}")).Expect(200)["data"].AsArray().Select(e => e!["id"]!.GetValue<string>())];
    }

    [Theory, OnBothEngines]
    public async Task A_booking_costs_at_most_a_thousand_million_million_minor_units(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        foreach (var (currency, price, total) in ((string, decimal, decimal)[])[("JPY", 1_000_000_000_000m, 1_000_000_000_000_000m), ("KWD", 1_000_000_000m, 1_000_000_000_000m)])
        {
            var show = await organizer.Announce(capacity: 10_000, types: [("Seat", price, 10_000)], more: new { currency, maxPerBooking = 10_000 });
            object Order(int quantity, decimal? expectedTotal = null) => new { eventId = show.Id, ticketTypeId = show.Types[0], quantity, expectedTotal };
            (await buyer.Post("api/bookings", Order(1_001))).ExpectErrors("validation_failed", "quantity");
            (await buyer.Post("api/bookings", Order(10_000))).ExpectErrors("validation_failed", "quantity");
            (await buyer.Post("api/bookings", new { eventId = show.Id, items = new[] { new { ticketTypeId = show.Types[0], quantity = 1_001 } } })).ExpectErrors("validation_failed", "items");
            (await buyer.Post("api/bookings", Order(1_000, total - 1))).Expect(409, "price_changed");
            var booked = (await buyer.Post("api/bookings", Order(1_000, total))).Expect(201);
            Assert.Equal((total, 1_000_000_000_000_000), (booked["totalPrice"].GetValue<decimal>(), booked["totalPriceMinor"].GetValue<long>()));
            Assert.Contains($"{total.ToString(System.Globalization.CultureInfo.InvariantCulture)}", (await organizer.Get($"api/events/{show.Id}/bookings?format=csv")).Expect(200).Text, StringComparison.Ordinal);
            (await organizer.Get($"api/events/{show.Id}/bookings")).Expect(200);
            (await buyer.Get("api/me/bookings?sortBy=totalPrice")).Expect(200);
            Assert.Equal(1_000_000_000_000_000, (await organizer.Get($"api/events/{show.Id}/reports/sales")).Expect(200)["grossMinor"].GetValue<long>());
            (await buyer.Put($"api/bookings/{booked["id"]}/cancel", null)).Expect(200);
        }
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Sums_beyond_what_a_number_holds_stop_at_its_end(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce(types: [("Seat", 1m, 10)]);
        (await buyer.Book(show)).Expect(201);
        (await buyer.Book(show)).Expect(201);
        // What ten thousand of the dearest bookings would come to.
        await server.Database.Run("UPDATE bookings SET total_minor = 9000000000000000000, captured_minor = 9000000000000000000");
        await server.Database.Run("UPDATE booking_items SET unit_price_minor = 9000000000000000000");
        foreach (var grouping in (string[])["day", "hour", "ticketType"])
        {
            var sales = (await organizer.Get($"api/events/{show.Id}/reports/sales?groupBy={grouping}")).Expect(200);
            Assert.Equal((long.MaxValue, long.MaxValue), (sales["grossMinor"].GetValue<long>(), sales["rows"][0]!["grossMinor"]!.GetValue<long>()));
        }
        (await organizer.Put($"api/events/{show.Id}/cancel", null)).Expect(200);
        await Eventually.IsTrue(async () => (await organizer.Get($"api/events/{show.Id}/cancellation")).Expect(200)["refunds"]["amountMinor"]!.GetValue<long>() == long.MaxValue);
        Assert.Equal(long.MaxValue / 100m, (await organizer.Get($"api/events/{show.Id}/cancellation"))["refunds"]["amount"]!.GetValue<decimal>());
        Assert.Single(await Letterbox.Wait(server, buyer, 1, "event-cancelled"));
    }

    [Theory, OnBothEngines]
    public async Task Bookings_count_in_the_events_currency(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        foreach (var (currency, price, total, minor) in ((string, decimal, decimal, long)[])[("KWD", 1.234m, 3.702m, 3702), ("JPY", 1250m, 3750m, 3750), ("EUR", 0.1m, 0.3m, 30), ("EUR", 0m, 0m, 0)])
        {
            var show = await organizer.Announce(types: [("Seat", price, 10)], more: new { currency });
            var booked = (await buyer.Book(show, 3)).Expect(201);
            Assert.Equal((currency, total, minor), (booked["currency"].GetValue<string>(), booked["totalPrice"].GetValue<decimal>(), booked["totalPriceMinor"].GetValue<long>()));
        }
        await server.Verify();
    }

    /// <summary>The price as it is written, not as a number is printed.</summary>
    private static string Priced(string currency, string price) =>
        Sample.Event(("currency", currency), ("ticketTypes", new JsonArray(Sample.TicketType(("price", "@"))))).ToJsonString().Replace("\"@\"", price, StringComparison.Ordinal);
}
