using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Trust;

/// <summary>Real things for every address of the API, and somebody who may ask for them.</summary>
internal sealed partial class World
{
    private string _booking = "";

    public required Person Organizer { get; init; }
    public required Person Buyer { get; init; }

    /// <summary>What is changed or tried on this one is in nobody's way.</summary>
    public required Person Passing { get; init; }

    /// <summary>Signs out.</summary>
    public required Person Leaving { get; init; }
    public required Show Show { get; init; }

    /// <summary>Is cancelled and deleted.</summary>
    public required Show Doomed { get; init; }

    public static async Task<World> Make(UsherServer server)
    {
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce(capacity: 1_000_000, types: [("Seat", 10m, 1_000_000)], more: new { maxPerUser = 1_000_000 });
        var world = new World
        {
            Organizer = organizer,
            Buyer = buyer,
            Show = show,
            Doomed = await organizer.Announce(),
            Passing = await Person.Attendee(server),
            Leaving = await Person.Attendee(server),
        };
        world._booking = (await buyer.Book(show)).Expect(201)["id"].GetValue<string>();
        return world;
    }

    public Person CallerOf(Operation operation) => operation.Id switch
    {
        "LogOut" => Leaving,
        "EraseMe" or "ChangePassword" or "ChangeMe" or "EndSession" => Passing,
        _ when operation.Path.StartsWith("/api/bookings", StringComparison.Ordinal) || operation.Path.StartsWith("/api/me/bookings", StringComparison.Ordinal) => Buyer,
        _ => Organizer,
    };

    public string PathOf(Operation operation)
    {
        var show = operation.Id is "CancelEvent" or "CancelEventByPost" or "DeleteEvent" or "DeleteTicketType" ? Doomed : Show;
        return Placeholder().Replace(operation.Path[1..], match => match.Groups[1].Value switch
        {
            "booking" => _booking,
            "eventId" => $"{show.Id}",
            "user" => $"{Organizer.Id}",
            "id" when operation.Path.Contains("ticket-types", StringComparison.Ordinal) => $"{show.Types[0]}",
            "id" when operation.Path.StartsWith("/api/events", StringComparison.Ordinal) => $"{show.Id}",
            _ => "0199d6a2-5c00-7000-8000-000000000001",
        });
    }

    /// <summary>A body that would be accepted; what would end the things of this world is left to other tests.</summary>
    public JsonObject? GoodBody(Operation operation) => operation.Id switch
    {
        "Register" => Sample.Account(),
        "LogIn" => new JsonObject { ["email"] = $"{Sample.Word()}@example.com", ["password"] = Person.Password },
        "Refresh" => new JsonObject { ["refreshToken"] = "ThisOneWasNeverGivenToAnybodyAtAll_0123456789" },
        "ForgotPassword" => new JsonObject { ["email"] = $"{Sample.Word()}@example.com" },
        "ResetPassword" => new JsonObject { ["token"] = new string('A', 43), ["newPassword"] = Person.Password },
        "VerifyEmail" => new JsonObject { ["token"] = new string('A', 43) },
        "ChangePassword" => new JsonObject { ["currentPassword"] = "not-this-one-at-all", ["newPassword"] = Person.Password },
        "BeginSecondFactor" => new JsonObject { ["password"] = "not-this-one-at-all" },
        "ConfirmSecondFactor" => new JsonObject { ["code"] = "492039" },
        "RenewRecoveryCodes" or "TurnOffSecondFactor" => new JsonObject { ["password"] = "not-this-one-at-all", ["code"] = "492039" },
        "EraseMe" => new JsonObject { ["password"] = "not-this-one-at-all" },
        "ChangeMe" => new JsonObject { ["displayName"] = "Ada" },
        "CreateEvent" => Sample.Event(("ticketTypes", new JsonArray(Sample.TicketType()))),
        "ChangeEvent" or "ChangeEventByPatch" => Sample.Event(("totalCapacity", 1_000_000)),
        "CreateTicketType" => Sample.TicketType(),
        "ChangeTicketType" or "ChangeTicketTypeByPatch" => new JsonObject { ["name"] = "Seat", ["price"] = 10m },
        "BookTickets" => new JsonObject { ["eventId"] = Show.Id.ToString(), ["items"] = new JsonArray(new JsonObject { ["ticketTypeId"] = Show.Types[0].ToString(), ["quantity"] = 1 }), ["payment"] = new JsonObject { ["token"] = "tok_ok" } },
        "ConfirmBooking" or "ConfirmBookingByPost" => new JsonObject { ["payment"] = new JsonObject { ["token"] = "tok_ok" } },
        "CancelBooking" or "CancelBookingByPost" or "CancelEvent" or "CancelEventByPost" => new JsonObject { ["reason"] = "We cannot come." },
        _ => null,
    };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
