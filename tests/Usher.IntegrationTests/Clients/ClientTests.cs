using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Usher.Client;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Clients;

/// <summary>The typed client at a real server, taking nothing that it does not know and missing nothing that it does.</summary>
public sealed class ClientTests(Servers servers)
{
    private static readonly JsonSerializerOptions Strict = UsherClient.Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });

    [Theory, OnBothEngines]
    public async Task From_an_announcement_to_a_refund(Engine engine)
    {
        var server = await servers.Shared(engine);
        using var organizer = await Somebody(server.Http, "organizer");
        using var buyer = await Somebody(server.Http, "attendee");

        var word = Sample.Word();
        var evening = await organizer.CreateEvent(new CreateEventRequest
        {
            Name = $"Strings {word}",
            Date = "2030-03-15T20:00",
            TimeZone = "Europe/Vienna",
            Location = "The Cellar, Vienna",
            Description = "A quartet",
            TotalCapacity = 20,
            Tags = ["quartet"],
            TicketTypes = [new() { Name = "Seat", Price = 18.5m, QuantityAvailable = 10 }, new() { Name = "Standing", Price = 9m, QuantityTotal = 10 }],
        });
        Assert.Equal(new DateTime(2030, 3, 15, 20, 0, 0), evening.LocalDate);
        var changed = await organizer.ChangeEventByPatch(evening.Id, new JsonObject { ["description"] = null }, ifVersion: evening.Version);
        Assert.Null(changed.Description);
        var stale = await Assert.ThrowsAsync<UsherException>(() => organizer.ChangeEvent(evening.Id, new() { Name = "Late" }, ifVersion: evening.Version));
        Assert.Equal("precondition_failed", stale.Code);

        using var stranger = new UsherClient(server.Http, Strict);
        var found = Assert.Single((await stranger.ListEvents(new() { Q = word, MinPrice = 5.5m, Status = ["upcoming", "sold_out"], Limit = 5 })).Data);
        Assert.Equal(evening.Id, found.Id);
        Assert.Equal("quartet", Assert.Single(found.Tags));
        Assert.Equal("Seat", (await stranger.ListTicketTypes(evening.Id)).Data[0].Name);
        Assert.True((await stranger.ListEventFacets(new() { Q = word })).CountsAreExact);
        Assert.Contains("BEGIN:VEVENT", await stranger.GetEventCalendar(evening.Id), StringComparison.Ordinal);

        var booked = await buyer.BookTickets(new() { EventId = evening.Id, TicketTypeId = evening.TicketTypes[0].Id, Quantity = 2, ExpectedTotal = 37m });
        Assert.Equal((BookingStatus.Confirmed, PaymentStatus.Paid, 3700), (booked.Status, booked.PaymentStatus, booked.TotalPriceMinor));
        var held = await buyer.BookTickets(new() { EventId = evening.Id, Items = [new(evening.TicketTypes[1].Id, 3)], Hold = true });
        Assert.Equal(BookingStatus.Pending, held.Status);
        Assert.Equal(BookingStatus.Confirmed, (await buyer.ConfirmBooking(held.Id, new() { Payment = new("tok_ok") })).Status);
        var cancelled = await buyer.CancelBooking(booked.Id, new() { Reason = "We cannot come." });
        Assert.Equal((CancelReason.User, 37m), (cancelled.CancelReason!.Value, cancelled.Refund!.Amount));
        Assert.Equal(cancelled.Id, (await buyer.GetBooking(booked.Code)).Id);
        var refused = await Assert.ThrowsAsync<UsherException>(() => buyer.BookTickets(new() { EventId = evening.Id, TicketTypeId = Guid.CreateVersion7(), Quantity = 1 }));
        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed", "ticketTypeId"), (refused.Status, refused.Code, refused.Errors.Keys.Single()));
        Assert.NotNull(refused.TraceId);

        var mine = new List<Guid>();
        await foreach (var booking in UsherClient.All((cursor, stop) => buyer.ListMyBookings(new() { Limit = 1, Cursor = cursor }, stop)))
            mine.Add(booking.Id);
        Assert.Equal([held.Id, booked.Id], mine);
        var name = (await buyer.GetMe()).Username;
        Assert.Equal(2, (await organizer.ListEventBookings(evening.Id, new() { Q = name })).Data.Count(b => b.Buyer!.Username == name));
        Assert.Equal(3, (await organizer.GetEventBookingsTable(evening.Id, new() { Q = name })).TrimEnd().Split('\n').Length);
        var sales = await organizer.GetEventSales(evening.Id, new() { GroupBy = "ticketType" });
        Assert.Equal(6400, sales.GrossMinor);
        Assert.Contains((await organizer.ListEventAudit(evening.Id)).Data, entry => entry.Action == "event_created");
        await Eventually.IsTrue(async () => (await organizer.ListEventMails(evening.Id)).Data.Count >= 3);

        await organizer.CancelEvent(evening.Id, new() { Reason = "The cellar is under water." });
        await Eventually.IsTrue(async () => (await organizer.GetEventCancellation(evening.Id)).FinishedAt is not null);
        Assert.Equal(CancelReason.EventCancelled, (await buyer.GetBooking(held.Code)).CancelReason);
        await buyer.LogOut();
        Assert.Null(buyer.AccessToken);
    }

    [Theory, OnBothEngines]
    public async Task What_breaks_after_it_was_done_is_repeated_and_done_once(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(capacity: 10);
        using var cutting = new Cutting();
        using var http = new HttpClient(cutting) { BaseAddress = server.Address };
        using var buyer = await Somebody(http, "attendee");

        cutting.Cuts = 2;
        var booked = await buyer.BookTickets(new() { EventId = show.Id, TicketTypeId = show.Types[0], Quantity = 2 });
        Assert.Equal(0, cutting.Cuts);
        Assert.Equal(2, (await organizer.Get($"api/events/{show.Id}"))["quantitySold"].GetValue<int>());
        Assert.Equal(booked.Id, Assert.Single((await buyer.ListMyBookings()).Data).Id);

        // Nobody can tell whether this was done, so it is not done again.
        cutting.Cuts = 1;
        await Assert.ThrowsAsync<HttpRequestException>(() => buyer.ResendVerification());
        Assert.Equal(0, cutting.Cuts);
    }

    [Fact]
    public async Task A_token_that_is_over_is_renewed_once_for_all_who_notice()
    {
        var server = await servers.Shared(Engine.Sqlite);
        using var caller = await Somebody(server.Http, "attendee");
        var renewals = 0;
        caller.TokensChanged += (_, _) => renewals++;
        using var key = Jwt.KeyOf(server);
        caller.AccessToken = Jwt.Parse(caller.AccessToken!).WithClaims(("exp", TimeProvider.System.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds())).Sign(key);

        var names = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => caller.GetMe()));
        Assert.Single(names.Distinct());
        Assert.Equal(1, renewals);

        caller.RefreshToken = "made up";
        caller.AccessToken = "also made up";
        Assert.Equal("unauthenticated", (await Assert.ThrowsAsync<UsherException>(() => caller.GetMe())).Code);
    }

    private static async Task<UsherClient> Somebody(HttpClient http, string role)
    {
        var client = new UsherClient(http, Strict);
        var name = $"{role}-{Sample.Word()}";
        var signedIn = await client.Register(new() { Username = name, Email = $"{name}@example.com", Password = Person.Password, Role = role });
        Assert.Equal(name, signedIn.User.Username);
        return client;
    }

    /// <summary>Lets writes through, and loses what is said about them.</summary>
    private sealed class Cutting() : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Cuts { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (Cuts == 0)
                return response;
            Cuts--;
            response.Dispose();
            throw new HttpRequestException("The connection was lost.");
        }
    }
}
