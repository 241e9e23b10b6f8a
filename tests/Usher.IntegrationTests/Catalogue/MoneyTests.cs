using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalogue;

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
    public async Task A_price_has_at_most_a_hundred_million_minor_units(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var (currency, price) in ((string, string)[])[("EUR", "1000000"), ("JPY", "100000000"), ("KWD", "100000")])
            (await organizer.Post("api/events", Priced(currency, price))).Expect(201);
        foreach (var (currency, price) in ((string, string)[])[("EUR", "1000000.01"), ("JPY", "100000001"), ("KWD", "100000.001"), ("EUR", "1e300"), ("EUR", "79228162514264337593543950335"), ("EUR", "-1")])
            (await organizer.Post("api/events", Priced(currency, price))).ExpectErrors("validation_failed", "ticketTypes[0].price");
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
