using System.Collections.Concurrent;
using System.Text;
using Usher.Domain.Accounts;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Trust;

/// <summary>Everyone of the table, and real things for them to ask for.</summary>
internal sealed class Stage
{
    private static readonly ConcurrentDictionary<UsherServer, Lazy<Task<Person>>> Admins = new();

    private readonly ApiDocument _document;
    private readonly Person _owner, _organizer, _admin, _signedInElsewhere;
    private readonly bool _drafts;
    private readonly Dictionary<string, Stack<string>> _links = [];

    private Stage(ApiDocument document, UsherServer server, Person owner, Person attendee, Person organizer, Person rival, Person admin, Person signedInElsewhere, bool drafts)
    {
        (_document, _owner, _organizer, _admin, _signedInElsewhere, _drafts) = (document, owner, organizer, admin, signedInElsewhere, drafts);
        using var key = Jwt.KeyOf(server);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        // Of somebody who may nearly everything: only that it is over can be why it opens nothing.
        var expired = new Person(server) { Token = Jwt.Parse(admin.Token!).WithClaims(("iat", now - 660), ("exp", now - 60)).Sign(key) };
        Callers = [new Person(server), expired, owner, attendee, organizer, rival, admin];
    }

    /// <summary>In the order of the table.</summary>
    public IReadOnlyList<Person> Callers { get; }

    /// <summary>What nobody changes who may not.</summary>
    public Things Guarded { get; private set; } = Things.Absent();

    /// <summary>For those who may.</summary>
    private Things _open = Things.Absent();

    /// <param name="drafts">Whether the events are drafts. They have bookings all the same, which no draft could get by the API.</param>
    public static async Task<Stage> Set(UsherServer server, bool drafts = false)
    {
        var owner = await Person.Attendee(server);
        var stage = new Stage(await ApiDocument.Read(server), server, owner, await Person.Attendee(server), await Person.Organizer(server), await Person.Organizer(server),
            await Admin(server), await owner.LogInAgain(), drafts);
        var report = await Reports.Sample.Report(server, stage._organizer);
        stage.Guarded = await stage.Put(report);
        stage._open = await stage.Put(report);
        return stage;
    }

    /// <summary>Things for somebody who may: of their own where the operation uses them up.</summary>
    public async Task<Things> For(string operation) => operation switch
    {
        "POST /api/auth/refresh" => _open with { RefreshToken = (await _owner.LogInAgain()).RefreshToken! },
        "POST /api/auth/reset-password" => _open with { Link = (await Links("reset-password")).Pop() },
        "POST /api/auth/verify-email" => _open with { Link = (await Links("welcome")).Pop() },
        "POST /api/auth/undo-email-change" => _open with { Link = await World.Link(LinkPurpose.UndoEmailChange, await Person.Attendee(_owner.Server)) },
        "DELETE /api/me/sessions/{id}" => _open with { Session = SessionOf(await _owner.LogInAgain()) },
        "DELETE /api/events/{id}" or "PUT /api/events/{id}/cancel" or "POST /api/events/{id}/cancel" => _open with { Event = await Announce() },
        "DELETE /api/events/{eventId}/ticket-types/{id}" => _open with { TicketType = await AddTicketType(_open.Event) },
        "PUT /api/bookings/{booking}/confirm" or "POST /api/bookings/{booking}/confirm" => _open with { Hold = await Book(_open, hold: true) },
        "PUT /api/bookings/{booking}/cancel" or "POST /api/bookings/{booking}/cancel" => _open with { Booking = await Book(_open, hold: false) },
        _ => _open,
    };

    /// <summary>Who logs out does so in a session that nobody needs any more, and who goes, or has another password, is not needed either.</summary>
    public static async Task<Person> Calling(Person caller, string operation) => operation switch
    {
        "POST /api/auth/logout" => await caller.LogInAgain(),
        "DELETE /api/me" or "PUT /api/me/password" => await Person.Attendee(caller.Server),
        "POST /api/me/second-factor" => await Verified(await Person.Organizer(caller.Server)),
        "POST /api/me/second-factor/confirm" => await WithSecondFactor(caller.Server, confirmed: false),
        "POST /api/me/second-factor/recovery-codes" or "DELETE /api/me/second-factor" => await WithSecondFactor(caller.Server, confirmed: true),
        _ => caller,
    };

    private static async Task<Person> Verified(Person person)
    {
        await person.Verify();
        return person;
    }

    private static async Task<Person> WithSecondFactor(UsherServer server, bool confirmed)
    {
        var person = await Person.Organizer(server);
        if (confirmed)
            await person.TurnOnSecondFactor();
        else
            await person.BeginSecondFactor();
        return person;
    }

    /// <summary>A body that is right: the example of the document, but for what has to be real, or of this request only.</summary>
    public async Task<object?> Body(string operation, Things things, Person caller)
    {
        if (operation == "POST /api/events/import")
            return new StringContent(Sample.Event().ToJsonString(), Encoding.UTF8, "application/x-ndjson");
        return _document.Operations.FirstOrDefault(o => $"{o.Method} {o.Path}" == operation)?.ExampleWith(await Real(operation, things, caller));
    }

    private async Task<(string, object?)[]> Real(string operation, Things things, Person caller) => operation switch
    {
        "POST /api/auth/register" => [.. Sample.Account().Select(member => (member.Key, (object?)member.Value))],
        "POST /api/auth/login" => [("email", _owner.Email), ("password", Person.Password)],
        "POST /api/auth/refresh" => [("refreshToken", things.RefreshToken)],
        "POST /api/auth/forgot-password" => [("email", $"{Sample.Word()}@example.com")],
        "POST /api/auth/reset-password" or "POST /api/auth/verify-email" or "POST /api/auth/undo-email-change" => [("token", things.Link)],
        "DELETE /api/me" or "POST /api/me/second-factor" => [("password", Person.Password)],
        "POST /api/me/second-factor/confirm" => [("code", await CodeOf(caller))],
        "POST /api/me/second-factor/recovery-codes" or "DELETE /api/me/second-factor" => [("password", Person.Password), ("code", await CodeOf(caller))],
        "PUT /api/me/password" => [("currentPassword", Person.Password)],
        // Their name is in what nobody may change.
        "PATCH /api/me" => [("displayName", null)],
        "POST /api/events" => [("date", Sample.InDays(60))],
        "PUT /api/events/{id}" or "PATCH /api/events/{id}" => [("city", Sample.Word())],
        "PUT /api/events/{eventId}/ticket-types/{id}" or "PATCH /api/events/{eventId}/ticket-types/{id}" => [("description", Sample.Word())],
        "POST /api/bookings" => [("eventId", things.Event), ("ticketTypeId", things.TicketType)],
        _ => [],
    };

    private static async Task<string> CodeOf(Person caller) => caller.App is { } app ? await app.Next() : "492039";

    /// <summary>What a refused request could have changed.</summary>
    public async Task<string> StateOfGuarded()
    {
        var of = $"api/events/{Guarded.Event}";
        var mails = (await _admin.Get($"{of}/mails")).Expect(200)["data"].AsArray().Select(mail => mail!["messageId"]!.GetValue<string>());
        return $"""
            {(await _admin.Get(of)).Expect(200).Text}
            {(await _admin.Get($"{of}/bookings")).Expect(200).Text}
            {string.Join(' ', mails)}
            {await _signedInElsewhere.IsSignedIn()}
            """;
    }

    private async Task<Things> Put(Guid report)
    {
        var show = await _organizer.Announce();
        var cancelled = (await _organizer.Announce()).Id;
        (await _organizer.Put($"api/events/{cancelled}/cancel", null)).Expect(200);
        var things = new Things(show.Id, show.Types[0], cancelled, Guid.Empty, Guid.Empty, Guid.Empty, report, _owner.Id, SessionOf(_signedInElsewhere), "");
        things = things with { Booking = await Book(things, hold: false), Hold = await Book(things, hold: true) };
        await Eventually.IsTrue(async () =>
        {
            var mails = (await _organizer.Get($"api/events/{show.Id}/mails")).Expect(200)["data"].AsArray();
            things = things with { Mail = mails.Count == 0 ? Guid.Empty : mails[0]!["id"]!.GetValue<Guid>() };
            return mails.Count == 1;
        }, withinSeconds: 60);
        if (_drafts)
            foreach (var id in (Guid[])[show.Id, cancelled])
                Assert.Equal(1, await _organizer.Server.Database.Run("UPDATE events SET publication = 0, version = version + 1 WHERE id = @id", ("id", id)));
        return things;
    }

    /// <summary>Tokens out of mails, one for each caller: made at once, for a mail takes its time.</summary>
    private async Task<Stack<string>> Links(string kind)
    {
        if (_links.TryGetValue(kind, out var ready))
            return ready;
        var links = _links[kind] = new Stack<string>();
        var readers = await Person.Attendees(_owner.Server, Callers.Count);
        foreach (var reader in readers.Where(_ => kind == "reset-password"))
            (await reader.Post("api/auth/forgot-password", new { email = reader.Email })).Expect(202);
        foreach (var reader in readers)
            links.Push(Accounts.PasswordTests.TokenIn((await Notifications.Letterbox.Wait(_owner.Server, reader, 1, kind))[0].TextBody));
        return links;
    }

    /// <summary>The same one on every stage of a server: making an admin starts a program.</summary>
    private static async Task<Person> Admin(UsherServer server) =>
        await (await Admins.GetOrAdd(server, static server => new(() => Person.Admin(server))).Value).LogInAgain();

    private async Task<Guid> Announce() => (await _organizer.Announce(more: new { publication = _drafts ? "draft" : "published" })).Id;

    private async Task<Guid> AddTicketType(Guid eventId) =>
        (await _organizer.Post($"api/events/{eventId}/ticket-types", Sample.TicketType())).Expect(201)["id"].GetValue<Guid>();

    private async Task<Guid> Book(Things things, bool hold) =>
        (await _owner.Post("api/bookings", new { eventId = things.Event, ticketTypeId = things.TicketType, quantity = 1, hold })).Expect(201)["id"].GetValue<Guid>();

    private static Guid SessionOf(Person person) => Jwt.Parse(person.Token!).Claims["sid"]!.GetValue<Guid>();
}

/// <summary>What the places in an address stand for.</summary>
/// <param name="Cancelled">An event, too.</param>
/// <param name="Hold">A booking that can be confirmed.</param>
internal sealed record Things(
    Guid Event, Guid TicketType, Guid Cancelled, Guid Mail, Guid Booking, Guid Hold, Guid Report, Guid User, Guid Session, string RefreshToken)
{
    /// <summary>The token of a link by mail.</summary>
    public string Link { get; init; } = "";

    /// <summary>Ids of nothing.</summary>
    public static Things Absent() => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(),
        Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "");

    public string Address(string path)
    {
        var steps = path.TrimStart('/').Split('/');
        for (var i = 1; i < steps.Length; i++)
            if (steps[i].StartsWith('{'))
                steps[i] = Among(steps[i - 1], steps.ElementAtOrDefault(i + 1)).ToString();
        return string.Join('/', steps);
    }

    private Guid Among(string collection, string? what) => (collection, what) switch
    {
        ("events", "cancellation") => Cancelled,
        ("events", _) => Event,
        ("ticket-types", _) => TicketType,
        ("mails", _) => Mail,
        ("bookings", "confirm") => Hold,
        ("bookings", _) => Booking,
        ("reports", _) => Report,
        ("users", _) => User,
        ("sessions", _) => Session,
        _ => throw new ArgumentException($"Nothing on the stage stands among {collection}.", nameof(collection)),
    };
}
