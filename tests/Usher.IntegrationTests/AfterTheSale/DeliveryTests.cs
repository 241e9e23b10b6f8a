using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.AfterTheSale;

/// <summary>What commits with a sale reaches whoever has to hear of it: once, whatever happens on the way.</summary>
public sealed class DeliveryTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_booking_and_its_message_reach_every_consumer_once(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine, "mail,books");
        await using var server = await UsherServer.Start(post.Database, post.Settings);
        var show = await (await Person.Organizer(server)).Announce(capacity: 50);
        var buyers = await Person.Attendees(server, 5);
        await Task.WhenAll(buyers.Select(async buyer =>
        {
            for (var i = 0; i < 4; i++)
                (await buyer.Book(show)).Expect(201);
        }));
        await post.Delivered();
        Assert.Equal(40, await post.Count("SELECT count(*) FROM probe WHERE type = 'booking.confirmed.v1'"));
        Assert.Equal(20, await post.Count("SELECT count(DISTINCT message_id) FROM probe"));
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task One_poison_message_before_a_thousand_good_ones_stops_none_of_them(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine);
        await post.Write(1, poison: true);
        await post.Write(1000);
        await using var worker = await UsherServer.Start(post.Database, ["work"], [.. post.Settings, ("Messaging:MaxFailures", "3"), ("Messaging:RetrySeconds", "0.05")]);
        await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM outbox WHERE dead_reason IS NULL") == 0, 30);

        Assert.Equal(1000, await post.Count("SELECT count(*) FROM probe"));
        Assert.Equal(1, await post.Count("SELECT count(*) FROM outbox WHERE failures = 3 AND dead_reason = 'probe: FormatException: It does not taste good.'"));
        var failure = await Assert.ThrowsAnyAsync<Exception>(worker.Verify);
        Assert.StartsWith("I8 no message was given up", failure.Message, StringComparison.Ordinal);
    }
}
