using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Usher.Kiota;
using Usher.Kiota.Models;

namespace Usher.GeneratedClients
{
    internal static class KiotaWalk
    {
        public static async Task Run(Uri server)
        {
            var organizer = await Registered(server, "organizer");
            var evening = await organizer.Api.Events.PostAsync(new()
            {
                Name = "Strings",
                Date = "2030-03-15T20:00",
                TimeZone = "Europe/Vienna",
                Location = "The Cellar, Vienna",
                TotalCapacity = 5,
                Publication = Publication.Draft,
                TicketTypes = [new() { Name = "Seat", Price = 18.5, QuantityTotal = 5 }],
            });
            var (id, seat) = (evening!.Id!.Value, evening.TicketTypes!.Single().Id!.Value);
            var changed = await organizer.Api.Events[id].PatchAsync(new() { Description = "A quartet", Publication = Publication.Published });
            Expect.Same(("Strings", "A quartet", Publication.Published), (changed!.Name, changed.Description, changed.Publication), "after a change");

            var buyer = await Registered(server, "attendee");
            var wish = new BookTicketsRequest { EventId = id, TicketTypeId = seat, Quantity = 2 };
            var key = Expect.Word();
            var booked = await buyer.Api.Bookings.PostAsync(wish, request => request.Headers.Add("Idempotency-Key", key));
            Expect.Same((BookingStatus.Confirmed, PaymentStatus.Paid, 3700L, null), (booked!.Status, booked.PaymentStatus, booked.TotalPriceMinor, booked.Refund), "a booking");
            Expect.Same(booked.Id, (await buyer.Api.Bookings.PostAsync(wish, request => request.Headers.Add("Idempotency-Key", key)))!.Id, "the same with its key");
            wish.Quantity = 4;
            try
            {
                await buyer.Api.Bookings.PostAsync(wish);
                throw new InvalidOperationException("More were sold than there are.");
            }
            catch (ProblemResponse refused)
            {
                Expect.Same((409, "insufficient_availability", 3), (refused.ResponseStatusCode, refused.Code, refused.Available), "a refusal");
            }

            wish.Quantity = 3;
            wish.Hold = true;
            var held = await buyer.Api.Bookings.PostAsync(wish);
            Expect.Same(BookingStatus.Pending, held!.Status, "a hold");
            Expect.Same(BookingStatus.Confirmed, (await buyer.Confirm(held.Code!))!.Status, "a confirmation without a body");
            var cancelled = await buyer.Api.Bookings[booked.Code!].Cancel.PutAsync(new() { Reason = "We cannot come." });
            Expect.Same((BookingStatus.Cancelled, CancelReason.User, 37d), (cancelled!.Status, cancelled.CancelReason, cancelled.Refund?.Amount), "a cancellation");
            Expect.Same(BookingStatus.Cancelled, (await buyer.Api.Bookings[held.Code!].Cancel.PutAsync(new()))!.Status, "a cancellation with nothing in it");

            using var calendar = new StreamReader((await buyer.Api.Events[id].CalendarIcs.GetAsync())!);
            Expect.Same(true, (await calendar.ReadToEndAsync()).StartsWith("BEGIN:VCALENDAR", StringComparison.Ordinal), "a calendar");
            using var table = new MemoryStream("name,date,location,totalCapacity\nOne,2031-03-15T20:00:00Z,Vienna,10\n"u8.ToArray());
            Expect.Same((0, 1), await organizer.Api.Events.Import.PostAsync(table, "text/csv", request => request.QueryParameters.DryRun = true) is { } import ? (import.Imported!.Value, import.Rows!.Value) : default, "an import");
            Expect.Same(2, (await buyer.Api.Me.Bookings.GetAsync(request => request.QueryParameters.StatusAsBookingStatus = [BookingStatus.Cancelled, BookingStatus.Pending]))!.Data!.Count, "a list");
        }

        /// <summary>Kiota's own method refuses to send no body, also where the document says that one may be left out: so the request is made by it, and sent without.</summary>
        private static async Task<BookingResponse?> Confirm(this UsherClient buyer, string code)
        {
            var request = buyer.Api.Bookings[code].Confirm.ToPutRequestInformation(new());
            request.Content = Stream.Null;
            request.Headers.Remove("Content-Type");
            return await buyer.Adapter.SendAsync(request, BookingResponse.CreateFromDiscriminatorValue, new Dictionary<string, Microsoft.Kiota.Abstractions.Serialization.ParsableFactory<Microsoft.Kiota.Abstractions.Serialization.IParsable>>
            {
                ["XXX"] = ProblemResponse.CreateFromDiscriminatorValue,
            });
        }

        private static async Task<UsherClient> Registered(Uri server, string role)
        {
            var name = $"kiota-{Expect.Word()}";
            var signedIn = await ClientOf(server, new AnonymousAuthenticationProvider()).Api.Auth.Register.PostAsync(new() { Username = name, Email = $"{name}@example.com", Password = Expect.Password, Role = role });
            return ClientOf(server, new Signed(signedIn!.AccessToken!));
        }

        private static UsherClient ClientOf(Uri server, IAuthenticationProvider signs)
        {
            var adapter = new HttpClientRequestAdapter(signs);
            var client = new UsherClient(adapter);
            // The document's server is relative: the client is told where it is.
            adapter.BaseUrl = server.ToString().TrimEnd('/');
            return client;
        }

        private sealed class Signed(string token) : IAuthenticationProvider
        {
            public Task AuthenticateRequestAsync(RequestInformation request, Dictionary<string, object>? additionalAuthenticationContext = null, CancellationToken cancellationToken = default)
            {
                request.Headers.TryAdd("Authorization", $"Bearer {token}");
                return Task.CompletedTask;
            }
        }
    }
}

namespace Usher.Kiota
{
    public partial class UsherClient
    {
        public IRequestAdapter Adapter => RequestAdapter;
    }
}
