using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.OpenApi;
using Usher.IntegrationTests.Trust;

namespace Usher.IntegrationTests.Security;

/// <summary>Every cell of <see cref="AuthorizationTable"/> as a request that only its caller can be refused for.</summary>
public sealed class AuthorizationTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Everyone_may_do_what_the_table_says_and_nothing_else(Engine engine)
    {
        var server = await servers.Shared(engine);
        AssertSame(AuthorizationTable.OfEverything, await Documented(server));
        await AssertTable(AuthorizationTable.OfEverything, await Stage.Set(server));
    }

    [Theory, OnBothEngines]
    public async Task A_draft_is_there_for_its_organizer_and_admins_only(Engine engine)
    {
        var server = await servers.Shared(engine);
        var ofAnEvent = (await Documented(server)).Where(operation => operation == "POST /api/bookings" || operation.Contains("/api/events/{", StringComparison.Ordinal));
        AssertSame(AuthorizationTable.OfADraft, [.. ofAnEvent]);
        await AssertTable(AuthorizationTable.OfADraft, await Stage.Set(server, drafts: true));
    }

    [Fact]
    public void A_missing_row_and_one_too_many_are_named()
    {
        Row[] rows = [new("GET", "/api/me", []), new("GET", "/api/gone", []), new("GET", "/api/gone", [])];
        var differences = AuthorizationTable.Differences(rows, ["GET /api/me", "GET /api/new"]);
        Assert.Equal(3, differences.Count);
        Assert.StartsWith("GET /api/new has no row", differences[0], StringComparison.Ordinal);
        Assert.StartsWith("GET /api/gone has a row", differences[1], StringComparison.Ordinal);
        Assert.StartsWith("GET /api/gone has more than one row", differences[2], StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task Somebody_elses_booking_is_not_there_by_its_code_either(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, owner) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        var code = (await owner.Book(show)).Expect(201)["code"].GetValue<string>();
        (await owner.Get($"api/bookings/{code}")).Expect(200);
        (await organizer.Get($"api/bookings/{code}")).Expect(200);
        foreach (var other in (Person[])[await Person.Attendee(server), await Person.Organizer(server)])
            foreach (var (method, path) in ((string, string)[])[("GET", ""), ("HEAD", ""), ("PUT", "/confirm"), ("POST", "/confirm"), ("PUT", "/cancel"), ("POST", "/cancel")])
            {
                var (theirs, absent) = (await other.Send(method, $"api/bookings/{code}{path}", null), await other.Send(method, $"api/bookings/{Unused(code)}{path}", null));
                Assert.Equal(Shown(absent.Expect(404)), Shown(theirs.Expect(404)));
            }
        Assert.Equal("confirmed", (await owner.Get($"api/bookings/{code}"))["status"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task What_is_under_somebody_elses_event_is_not_found_under_ones_own(Engine engine)
    {
        var server = await servers.Shared(engine);
        var stage = await Stage.Set(server);
        var rival = stage.Callers[AuthorizationTable.Callers.ToList().IndexOf("rival")];
        var own = await rival.Announce();
        var before = await stage.StateOfGuarded();
        var underAnother = (await Documented(server)).Where(operation => operation.Count(c => c == '{') > 1).ToList();
        Assert.NotEmpty(underAnother);
        foreach (var operation in underAnother)
        {
            var (theirs, absent) = (await Ask(stage, rival, operation, stage.Guarded with { Event = own.Id }), await Ask(stage, rival, operation, Things.Absent() with { Event = own.Id }));
            Assert.Equal((operation, Shown(absent.Expect(404))), (operation, Shown(theirs.Expect(404))));
        }
        (await Ask(stage, rival, "POST /api/bookings", stage.Guarded with { Event = own.Id })).ExpectErrors("validation_failed", "ticketTypeId");
        Assert.Equal(before, await stage.StateOfGuarded());
    }

    private static async Task AssertTable(IReadOnlyList<Row> rows, Stage stage)
    {
        var before = await stage.StateOfGuarded();
        var wrong = new List<string>();
        foreach (var row in rows)
            for (var i = 0; i < row.Cells.Count; i++)
                if (await Try(stage, row.Operation, stage.Callers[i], row.Cells[i]) is { } what)
                    wrong.Add($"{row.Operation}, {AuthorizationTable.Callers[i]}: {what}");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(before, await stage.StateOfGuarded());
    }

    /// <returns>What is not as the cell says.</returns>
    private static async Task<string?> Try(Stage stage, string operation, Person caller, string cell)
    {
        if (cell.StartsWith('2'))
        {
            var done = await Ask(stage, await Stage.Calling(caller, operation), operation, await stage.For(operation));
            return $"{(int)done.Status}" == cell ? null : $"expected {cell}, got {(int)done.Status} {done.Text}";
        }

        var refused = await Ask(stage, caller, operation, stage.Guarded);
        var (status, code) = cell switch
        {
            "401" => (401, caller.Token is null ? "unauthenticated" : "token_expired"),
            "403r" => (403, "role_not_allowed"),
            "403" or "403=" => (403, "forbidden"),
            "404" => (404, "not_found"),
            _ => throw new ArgumentException($"The table knows no {cell}.", nameof(cell)),
        };
        // An answer to HEAD has no body to say why.
        var said = refused.Text.Length == 0 && operation.StartsWith("HEAD", StringComparison.Ordinal) ? code : refused.Code;
        if ((int)refused.Status != status || said != code)
            return $"expected {cell} {code}, got {(int)refused.Status} {refused.Text}";
        if (status == 401 && refused.Header("WWW-Authenticate")?.StartsWith("Bearer", StringComparison.Ordinal) != true)
            return "a 401 without WWW-Authenticate";
        if (cell == "403")
            return null;
        var absent = await Ask(stage, caller, operation, Things.Absent());
        return Shown(absent) == Shown(refused) ? null : $"what does not exist is answered differently:\n{Shown(absent)}\n{Shown(refused)}";
    }

    private static async Task<Reply> Ask(Stage stage, Person caller, string operation, Things things)
    {
        var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
        return await caller.Send(method, things.Address(path), await stage.Body(operation, things, caller));
    }

    /// <summary>All that a caller gets to see, but what differs between any two requests.</summary>
    private static string Shown(Reply reply)
    {
        var headers = reply.Headers.Concat(reply.ContentHeaders).Where(header => !header.Key.Equals("Date", Any) && !header.Key.Equals("X-Request-Id", Any))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);
        return $"{(int)reply.Status} {string.Join(" | ", headers)} {reply.Bytes}";
    }

    private const StringComparison Any = StringComparison.OrdinalIgnoreCase;

    /// <summary>A code of the same length that no booking has.</summary>
    private static string Unused(string code) => (code[0] == 'Z' ? 'Y' : 'Z') + code[1..];

    private static void AssertSame(IReadOnlyList<Row> rows, IReadOnlyList<string> documented)
    {
        var differences = AuthorizationTable.Differences(rows, documented);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static async Task<IReadOnlyList<string>> Documented(UsherServer server) =>
        // HEAD is not described, and is there wherever GET is.
        [.. OpenApiTests.Operations((await new Person(server).Get("openapi/v1.json")).Expect(200).Json!).SelectMany(one => one.Method == "GET" ? [one.Name, $"HEAD {one.Path}"] : new[] { one.Name })];
}
