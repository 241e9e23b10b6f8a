using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.Domain.Accounts;
using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Security;

namespace Usher.IntegrationTests.Trust;

/// <summary>
/// Real things for every address of the API, and somebody who may ask for them. What is used up is made anew a few times, and
/// then stays used up: both states are met.
/// </summary>
internal sealed partial class World
{
    private const int Renewals = 3;

    private static readonly string[] Perishable =
    [
        "EraseMe", "EndSession", "DeleteEvent", "CancelEvent", "CancelEventByPost", "DeleteTicketType", "ConfirmBooking", "ConfirmBookingByPost", "CancelBooking", "CancelBookingByPost",
        "ResetPassword", "VerifyEmail", "UndoEmailChange", "LogOut", "ChangePassword", "BeginSecondFactor", "ConfirmSecondFactor", "RenewRecoveryCodes", "TurnOffSecondFactor",
    ];

    private readonly Dictionary<string, string> _things = [];
    private readonly Dictionary<string, int> _renewed = [];
    private readonly Dictionary<string, Person> _callers = [];

    private World(UsherServer server, Person organizer, Person buyer, Person admin, Person reader, Show show, Show steady) =>
        (Server, Organizer, Buyer, Admin, Reader, Show, Steady) = (server, organizer, buyer, admin, reader, show, steady);

    public UsherServer Server { get; }
    public Person Organizer { get; }
    public Person Buyer { get; }
    public Person Admin { get; }

    /// <summary>Gets links by mail.</summary>
    private Person Reader { get; }

    /// <summary>On sale, with places for all who come.</summary>
    public Show Show { get; }

    /// <summary>The same, and nobody changes it: it can be bought whatever was tried before.</summary>
    private Show Steady { get; }

    public static async Task<World> Make(UsherServer server)
    {
        var people = await Person.Attendees(server, 5);
        var organizer = await Person.Organizer(server);
        await server.Database.Run("UPDATE users SET role = 2 WHERE id = @id", ("id", people[1].Id));
        await people[1].LogIn();
        var show = await Announce(organizer);
        var steady = await Announce(organizer);
        var world = new World(server, organizer, people[0], people[1], people[2], show, steady);
        foreach (var (operation, caller) in new[] { ("ChangeMe", people[3]), ("LogOut", people[4]) })
            world._callers[operation] = caller;
        var things = world._things;
        things["event"] = $"{show.Id}";
        things["type"] = $"{show.Types[0]}";
        things["steady event"] = $"{steady.Id}";
        things["steady type"] = $"{steady.Types[0]}";
        things["user"] = $"{people[0].Id}";
        things["buyer"] = people[0].Email;
        things["password"] = Person.Password;
        things["refresh"] = (await people[0].LogInAgain()).RefreshToken!;
        things["booking"] = $"{(await people[0].Book(show)).Expect(201)["id"]}";
        things["cancelled"] = $"{(await Announce(organizer)).Id}";
        (await organizer.Put($"api/events/{things["cancelled"]}/cancel", null)).Expect(200);
        things["report"] = $"{await Reports.Sample.Report(server, organizer)}";
        foreach (var operation in Perishable)
            await world.Renew(operation);
        await Eventually.IsTrue(async () =>
        {
            var mails = (await organizer.Get($"api/events/{show.Id}/mails")).Expect(200)["data"].AsArray();
            things["mail"] = mails.Count == 0 ? "" : $"{mails[^1]!["id"]}";
            return mails.Count > 0;
        }, withinSeconds: 30);
        return world;
    }

    public Person CallerOf(Operation operation) =>
        _callers.TryGetValue(operation.Id, out var own) ? own
        : operation.Id == "ListAudit" ? Admin
        : operation.Id == "GetSecondFactor" ? Organizer
        : operation.Path.StartsWith("/api/bookings", StringComparison.Ordinal) || operation.Path.StartsWith("/api/me", StringComparison.Ordinal) || operation.Path.StartsWith("/api/users", StringComparison.Ordinal) ? Buyer
        : Organizer;

    public string PathOf(Operation operation) => Fill(PlaceOf(operation));

    /// <summary>The address with the names of things in it.</summary>
    public static string PlaceOf(Operation operation) => Placeholder().Replace(operation.Path[1..], match => $"[[{match.Groups[1].Value switch
    {
        "booking" when operation.Id.StartsWith("Confirm", StringComparison.Ordinal) => "hold",
        "booking" when operation.Id.StartsWith("Cancel", StringComparison.Ordinal) => "doomed booking",
        "booking" => "booking",
        "user" => "user",
        "mailId" => "mail",
        "id" when operation.Path.Contains("ticket-types", StringComparison.Ordinal) => operation.Id == "DeleteTicketType" ? "doomed type" : "type",
        "id" when operation.Path.Contains("reports", StringComparison.Ordinal) => "report",
        "id" when operation.Path.Contains("sessions", StringComparison.Ordinal) => "session",
        _ => operation.Id switch { "DeleteEvent" => "doomed event", "CancelEvent" or "CancelEventByPost" => "doomed show", "GetEventCancellation" => "cancelled", _ => "event" },
    }}]]");

    /// <summary>A body that would be accepted, with the things of this world in it.</summary>
    public JsonObject? GoodBody(Operation operation) => BodyOf(operation) is { } body ? JsonNode.Parse(Fill(body.ToJsonString(), Sample.Word()))!.AsObject() : null;

    /// <summary>A body that would be accepted, with the names of things in it; <c>[[word]]</c> is another one in each request.</summary>
    public static JsonObject? BodyOf(Operation operation) => operation.Id switch
    {
        "Register" => new JsonObject { ["username"] = "[[word]]", ["email"] = "[[word]]@example.com", ["password"] = Person.Password, ["role"] = "organizer" },
        "LogIn" => new JsonObject { ["email"] = "[[buyer]]", ["password"] = Person.Password },
        "Refresh" => new JsonObject { ["refreshToken"] = "[[refresh]]" },
        "ForgotPassword" => new JsonObject { ["email"] = "[[word]]@example.com" },
        "ResetPassword" => new JsonObject { ["token"] = "[[reset link]]", ["newPassword"] = Person.Password },
        "VerifyEmail" => new JsonObject { ["token"] = "[[verify link]]" },
        "UndoEmailChange" => new JsonObject { ["token"] = "[[undo link]]" },
        "ChangePassword" => new JsonObject { ["currentPassword"] = "[[password]]", ["newPassword"] = Person.Password },
        "BeginSecondFactor" => new JsonObject { ["password"] = "[[password]]" },
        "ConfirmSecondFactor" => new JsonObject { ["code"] = "[[app code]]" },
        "RenewRecoveryCodes" => new JsonObject { ["password"] = "[[password]]", ["code"] = "[[recovery code]]" },
        "TurnOffSecondFactor" => new JsonObject { ["password"] = "[[password]]", ["code"] = "[[last recovery code]]" },
        "EraseMe" => new JsonObject { ["password"] = "[[last password]]" },
        "ChangeMe" => new JsonObject { ["displayName"] = "Ada", ["timeZone"] = "Europe/Vienna" },
        "CreateEvent" => Event().With(("ticketTypes", new JsonArray(Sample.TicketType(("salesEndAt", "2031-01-01T00:00:00Z"))))),
        "ChangeEvent" or "ChangeEventByPatch" => Event().With(("totalCapacity", 1_000_000)).Without("currency"),
        "CreateTicketType" => Sample.TicketType(("description", "In the front.")),
        "ChangeTicketType" or "ChangeTicketTypeByPatch" => new JsonObject { ["name"] = "Seat", ["price"] = 10m, ["quantityTotal"] = 1_000_000 },
        "BookTickets" => new JsonObject { ["eventId"] = "[[steady event]]", ["items"] = new JsonArray(new JsonObject { ["ticketTypeId"] = "[[steady type]]", ["quantity"] = 1 }), ["payment"] = new JsonObject { ["token"] = "tok_ok" } },
        "ConfirmBooking" or "ConfirmBookingByPost" => new JsonObject { ["payment"] = new JsonObject { ["token"] = "tok_ok" } },
        "CancelBooking" or "CancelBookingByPost" or "CancelEvent" or "CancelEventByPost" => new JsonObject { ["reason"] = "We cannot come." },
        _ => null,
    };

    /// <summary>An event about which all is said.</summary>
    public static JsonObject Event() => Sample.Event(
        ("date", "2030-05-01T19:30:00"), ("endDate", "2030-05-01T22:00:00"), ("timeZone", "Europe/Vienna"), ("description", "Two hours,\nwith an interval."), ("venue", "Small Hall"), ("city", "Wien"),
        ("country", "Austria"), ("latitude", 48.2), ("longitude", 16.37), ("category", "music"), ("tags", new[] { "strings", "evening" }), ("imageUrl", "https://example.com/hall.jpg"), ("currency", "EUR"),
        ("publication", "published"), ("salesEndAt", "2030-05-01T12:00:00Z"), ("cancellationDeadline", "2030-04-01T12:00:00Z"), ("maxPerBooking", 8), ("maxPerUser", 1_000_000));

    /// <param name="text">With the names of things in angles.</param>
    /// <param name="word">Of this request.</param>
    public string Fill(string text, string word = "") =>
        text.Contains("[[", StringComparison.Ordinal) ? Thing().Replace(text, match => match.Groups[1].Value switch
        {
            "word" => word,
            "app code" => _callers["ConfirmSecondFactor"].App!.Code,
            var thing => _things.GetValueOrDefault(thing, match.Value),
        }) : text;

    /// <summary>Whether what was asked with is used up, and is to be made anew.</summary>
    public bool IsUsedUp(Operation operation, Reply reply)
    {
        if ((int)reply.Status is < 200 or >= 300)
            return false;
        if (operation.Id == "Refresh")
            _things["refresh"] = reply["refreshToken"].GetValue<string>();
        var more = _renewed.GetValueOrDefault(operation.Id) < Renewals;
        if (operation.Id == "EraseMe" && !more)
            _things["last password"] = "not-this-one-at-all";
        return more && Perishable.Contains(operation.Id);
    }

    public async Task Renew(string operation)
    {
        _renewed[operation] = _renewed.GetValueOrDefault(operation) + 1;
        switch (operation)
        {
            case "ChangePassword" or "BeginSecondFactor":
                await (_callers[operation] = await Person.Organizer(Server)).Verify();
                break;
            case "ConfirmSecondFactor":
                await (_callers[operation] = await Person.Organizer(Server)).BeginSecondFactor();
                break;
            case "RenewRecoveryCodes" or "TurnOffSecondFactor":
                var codes = await (_callers[operation] = await Person.Organizer(Server)).TurnOnSecondFactor();
                _things[operation == "RenewRecoveryCodes" ? "recovery code" : "last recovery code"] = codes[0];
                break;
            case "EraseMe":
                _callers[operation] = await Person.Attendee(Server);
                _things["last password"] = Person.Password;
                break;
            case "LogOut":
                _callers[operation] = await _callers[operation].LogInAgain();
                break;
            case "EndSession":
                _things["session"] = $"{Jwt.Parse((await Buyer.LogInAgain()).Token!).Claims["sid"]}";
                break;
            case "DeleteEvent":
                _things["doomed event"] = $"{(await Announce(Organizer)).Id}";
                break;
            case "CancelEvent" or "CancelEventByPost":
                _things["doomed show"] = $"{(await Announce(Organizer)).Id}";
                break;
            case "DeleteTicketType":
                _things["doomed type"] = $"{(await Organizer.Post($"api/events/{Show.Id}/ticket-types", Sample.TicketType())).Expect(201)["id"]}";
                break;
            case "ConfirmBooking" or "ConfirmBookingByPost":
                _things["hold"] = $"{await Buyer.Hold(Steady)}";
                break;
            case "CancelBooking" or "CancelBookingByPost":
                _things["doomed booking"] = $"{(await Buyer.Book(Steady)).Expect(201)["id"]}";
                break;
            case "ResetPassword":
                _things["reset link"] = await Link(LinkPurpose.ResetPassword, Reader);
                break;
            case "VerifyEmail":
                _things["verify link"] = await Link(LinkPurpose.VerifyEmail, Reader);
                break;
            case "UndoEmailChange":
                _things["undo link"] = await Link(LinkPurpose.UndoEmailChange, await Person.Attendee(Server));
                break;
        }
    }

    /// <summary>The same in every world.</summary>
    private static Task<Show> Announce(Person organizer) => organizer.Announce(capacity: 1_000_000, types: [("Seat", 10m, 1_000_000)],
        more: new { name = "Evening", date = "2030-05-01T19:30:00", maxPerUser = 1_000_000, maxPerBooking = 1_000 });

    /// <summary>As if it had come by mail.</summary>
    internal static async Task<string> Link(LinkPurpose purpose, Person reader)
    {
        var (token, database) = ($"{Guid.CreateVersion7():N}{Guid.CreateVersion7():N}"[..43], reader.Server.Database);
        if (purpose == LinkPurpose.UndoEmailChange)
            await database.Run("INSERT INTO former_addresses (id, user_id, email, email_key, replaced_at) VALUES (@id, @user, @email, @email, @now)",
                ("id", Guid.CreateVersion7()), ("user", reader.Id), ("email", reader.Email), ("now", database.Instant(Sample.InDays(0))));
        await database.Run("""
            INSERT INTO account_links (id, purpose, user_id, email_key, hash, created_at, expires_at) VALUES (@id, @purpose, @user, @email, @hash, @now, @later)
            """, ("id", Guid.CreateVersion7()), ("purpose", (short)purpose), ("user", reader.Id), ("email", reader.Email), ("hash", RefreshChain.Hash(token)),
            ("now", database.Instant(Sample.InDays(0))), ("later", database.Instant(Sample.InDays(1))));
        return token;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\[\[([a-z ]+)\]\]")]
    private static partial Regex Thing();
}
