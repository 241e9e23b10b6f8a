using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Usher.NSwag;

namespace Usher.GeneratedClients
{
    internal static class NSwagWalk
    {
        public static async Task Run(Uri server)
        {
            using var http = new HttpClient { BaseAddress = server };
            var organizer = await Registered(http, "organizer");
            var evening = await organizer.CreateEventAsync(new()
            {
                Name = "Strings",
                Date = "2030-03-15T20:00",
                TimeZone = "Europe/Vienna",
                Location = "The Cellar, Vienna",
                TotalCapacity = 5,
                Publication = Publication.Draft,
                TicketTypes = [new() { Name = "Seat", Price = 18.5, QuantityTotal = 5 }],
            });
            var seat = evening.TicketTypes.Single();
            // Whoever changes one thing changes no other.
            var changed = await organizer.ChangeEventByPatchAsync(evening.Id, new() { Description = "A quartet", Publication = Publication.Published });
            Expect.Same(("Strings", "A quartet", Publication.Published), (changed.Name, changed.Description, changed.Publication), "after a change");

            var buyer = await Registered(http, "attendee");
            var wish = new BookTicketsRequest { EventId = evening.Id, TicketTypeId = seat.Id, Quantity = 2 };
            var key = Expect.Word();
            var booked = await buyer.BookTicketsAsync(wish, key);
            Expect.Same((BookingStatus.Confirmed, PaymentStatus.Paid, 3700L, null), (booked.Status, booked.PaymentStatus, booked.TotalPriceMinor, booked.Refund), "a booking");
            Expect.Same(booked.Id, (await buyer.BookTicketsAsync(wish, key)).Id, "the same with its key");
            wish.Quantity = 4;
            try
            {
                await buyer.BookTicketsAsync(wish, Expect.Word());
                throw new InvalidOperationException("More were sold than there are.");
            }
            catch (ApiException<ProblemResponse> refused)
            {
                Expect.Same((409, "insufficient_availability", 3), (refused.StatusCode, refused.Result.Code, refused.Result.Available), "a refusal");
            }

            wish.Quantity = 3;
            wish.Hold = true;
            var held = await buyer.BookTicketsAsync(wish);
            Expect.Same(BookingStatus.Pending, held.Status, "a hold");
            Expect.Same(BookingStatus.Confirmed, (await buyer.ConfirmBookingAsync(held.Code)).Status, "a confirmation without a body");
            var cancelled = await buyer.CancelBookingAsync(booked.Code, body: new() { Reason = "We cannot come." });
            Expect.Same((BookingStatus.Cancelled, CancelReason.User, 37d), (cancelled.Status, cancelled.CancelReason, cancelled.Refund?.Amount), "a cancellation");
            Expect.Same(BookingStatus.Cancelled, (await buyer.CancelBookingAsync(held.Code)).Status, "a cancellation without a body");

            using var calendar = await buyer.GetEventCalendarAsync(evening.Id);
            using var text = new StreamReader(calendar.Stream);
            Expect.Same(true, (await text.ReadToEndAsync()).StartsWith("BEGIN:VCALENDAR", StringComparison.Ordinal), "a calendar");
            using var table = new MemoryStream("name,date,location,totalCapacity\nOne,2031-03-15T20:00:00Z,Vienna,10\n"u8.ToArray());
            Expect.Same((0, 1), await organizer.ImportEventsAsync(new FileParameter(table, "events.csv", "text/csv"), dryRun: true) is { } import ? (import.Imported, import.Rows) : default, "an import");
            Expect.Same(2, (await buyer.ListMyBookingsAsync(status: [BookingStatus.Cancelled, BookingStatus.Pending])).Data.Count, "a list");
        }

        private static async Task<UsherApi> Registered(HttpClient http, string role)
        {
            var name = $"nswag-{Expect.Word()}";
            var signedIn = await new UsherApi(http).RegisterAsync(new() { Username = name, Email = $"{name}@example.com", Password = Expect.Password, Role = role });
            return new UsherApi(http) { Token = signedIn.AccessToken };
        }
    }
}

namespace Usher.NSwag
{
    internal partial class UsherApi
    {
        public string? Token { get; init; }

        // Optional members that have no value are left out: a null in a change removes something.
        static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings) => settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;

        partial void PrepareRequest(HttpClient client, HttpRequestMessage request, string url)
        {
            if (Token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        }
    }
}
