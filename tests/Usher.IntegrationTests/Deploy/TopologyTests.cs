using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MimeKit;
using Npgsql;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;
using Usher.Testing.Kills;
using Person = Usher.Testing.Kills.Person;

namespace Usher.IntegrationTests.Deploy;

/// <summary>What is shipped, run: from the values of the compose files, through the proxy, as those who buy see it.</summary>
public sealed class TopologyTests
{
    [Fact]
    public async Task What_compose_starts_sells_and_goes_on_selling_when_a_server_is_killed()
    {
        await using var topology = await Topology.Start("compose.yaml");
        using var shop = new Shop([topology.Entrance]);
        var history = new History();
        await shop.Open(CancellationToken.None);
        await BuysAndIsWrittenTo(topology, shop, history);

        using var closing = new CancellationTokenSource();
        var buyers = new List<Buyer>();
        for (var i = 0; i < 3; i++)
        {
            var person = new Person($"buyer-{i}");
            await shop.Register(person, "attendee", CancellationToken.None);
            buyers.Add(new Buyer(shop, person, history, seed: i));
        }
        var buying = Task.WhenAll(buyers.Select(buyer => Task.Run(() => buyer.BuyUntil(closing.Token))));
        await Sold(history, 100);

        await topology.Kill("serve-1");
        var killed = Stopwatch.GetTimestamp();
        await Eventually.IsTrue(() => Task.FromResult(shop.LastAcknowledged(0) > killed), withinSeconds: 30);
        var pause = Stopwatch.GetElapsedTime(killed, shop.LastAcknowledged(0));
        await Sold(history, 100);
        Assert.Equal((1, 0), (await topology.AskHealth("serve-1"), await topology.AskHealth("serve-2")));
        await topology.StartAgain("serve-1");
        Assert.Equal(0, await topology.AskHealth("serve-1"));
        await Sold(history, 100);

        await closing.CancelAsync();
        await buying;
        await Task.WhenAll(buyers.Select(buyer => buyer.SettleDoubts()));
        await using (var database = new NpgsqlConnection(topology.Connection))
        {
            await database.OpenAsync();
            await history.Compare(database, shop.Stock, CancellationToken.None);
            await using var checksums = new NpgsqlCommand("SHOW data_checksums", database);
            Assert.Equal("on", await checksums.ExecuteScalarAsync());
        }
        Assert.Empty(history.Breaches);
        var (exitCode, output) = await topology.RunVerb("migrate", "verify");
        Assert.True(exitCode == 0, output);
        Assert.True(pause.TotalSeconds < 10, $"Nobody could buy for {pause.TotalSeconds:F1} s.");
        TestContext.Current.SendDiagnosticMessage(
            $"Started in {topology.TookToStart.TotalSeconds:F1} s; {history.AcknowledgedWrites} writes acknowledged, {history.Unknown} unknown and settled, the next {pause.TotalMilliseconds:F0} ms after the kill.");
    }

    [Fact]
    public async Task What_compose_starts_on_SQLite_sells_and_keeps_it_over_a_restart()
    {
        await using var topology = await Topology.Start("compose.sqlite.yaml");
        using var shop = new Shop([topology.Entrance]);
        await shop.Open(CancellationToken.None);
        var booking = await BuysAndIsWrittenTo(topology, shop, new History());
        await topology.Restart("usher");
        Assert.Equal(0, await topology.AskHealth("usher"));
        Assert.DoesNotContain("\"@l\":", topology.LogOf("usher"), StringComparison.Ordinal);
        await shop.LogIn(booking.Buyer, 0, CancellationToken.None);
        var again = await shop.Send(0, HttpMethod.Get, $"api/bookings/{booking.Id}", booking.Buyer, null, null, CancellationToken.None);
        Assert.Equal(200, again!.Status);
        await topology.Smoke();
    }

    /// <summary>Finds an event, buys a ticket, and has it confirmed by mail.</summary>
    private static async Task<(Person Buyer, Guid Id)> BuysAndIsWrittenTo(Topology topology, Shop shop, History history)
    {
        var buyer = new Person("ada");
        await shop.Register(buyer, "attendee", CancellationToken.None);
        using var http = new HttpClient { BaseAddress = topology.Entrance };
        var found = (await http.GetFromJsonAsync<JsonNode>("api/events?q=sale&limit=100"))!["data"]!.AsArray();
        Assert.Equal(shop.Events.Select(one => one.Event).Order(), found.Select(one => one!["id"]!.GetValue<Guid>()).Order());

        var (show, key) = (shop.Events[0], "the-first");
        var reply = await shop.Send(0, HttpMethod.Post, "api/bookings", buyer, key, new { eventId = show.Event, ticketTypeId = show.TicketTypes[0], quantity = 2 }, CancellationToken.None);
        Assert.Equal(201, reply!.Status);
        var booking = history.Booked(key, new Acknowledged
        {
            Id = reply.Body.GetProperty("id").GetGuid(),
            Code = reply.Body.GetProperty("code").GetString()!,
            User = buyer.Id,
            Event = show.Event,
            TotalMinor = 0,
            Items = new Dictionary<Guid, int> { [show.TicketTypes[0]] = 2 },
            State = State.Confirmed,
        });
        await Eventually.IsTrue(async () => (await Mails(topology)).Any(mail => mail.To.Mailboxes.Single().Address == "ada@example.com" && mail.TextBody!.Contains(booking.Code, StringComparison.Ordinal)), withinSeconds: 60);
        return (buyer, booking.Id);
    }

    private static async Task<IEnumerable<MimeMessage>> Mails(Topology topology) =>
        topology.Mail is { } sink ? sink.Mails.Select(Letterbox.Parse) : (await topology.FilesOf("data", "*.eml")).Select(file => MimeMessage.Load(file));

    private static Task Sold(History history, int more)
    {
        var until = history.AcknowledgedWrites + more;
        return Eventually.IsTrue(() => Task.FromResult(history.AcknowledgedWrites >= until), withinSeconds: 60);
    }
}
