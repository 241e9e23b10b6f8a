using System.Reflection;
using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.OpenApi;

/// <summary>The document keeps every rule, and each rule notices what it is there for.</summary>
public sealed class DocumentRulesTests(Servers servers)
{
    private static readonly Dictionary<string, Func<JsonNode, IEnumerable<string>>> Rules = typeof(DocumentRules).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => method.ReturnType == typeof(IEnumerable<string>)).ToDictionary(method => method.Name, method => method.CreateDelegate<Func<JsonNode, IEnumerable<string>>>());

    /// <summary>Of a rule, a place of the document, and what stands there in a document that breaks it; null is nothing.</summary>
    public static TheoryData<string, string, string> Breaks => new()
    {
        { nameof(DocumentRules.Every_enum_has_a_type), "components schemas BookingStatus type", "null" },
        { nameof(DocumentRules.Null_comes_last), "components schemas EventResponse properties venue type", """["null","string"]""" },
        { nameof(DocumentRules.Null_comes_last), "components schemas BookingResponse properties refund oneOf", """[{"type":"null"},{"$ref":"#/components/schemas/RefundResponse"}]""" },
        { nameof(DocumentRules.Enums_and_objects_have_names), "components schemas EventResponse properties publication", """{"type":"string","enum":["draft"]}""" },
        { nameof(DocumentRules.Enums_and_objects_have_names), "components schemas BookTicketsRequest properties payment", """{"type":"object","properties":{"token":{"type":"string"}}}""" },
        { nameof(DocumentRules.Enums_and_objects_have_names), "paths /api/events get parameters 3 schema", """{"type":"string","enum":["date"]}""" },
        { nameof(DocumentRules.Changes_require_nothing), "components schemas ChangeEventRequest required", """["name"]""" },
        { nameof(DocumentRules.Changes_have_no_defaults), "components schemas ChangeTicketTypeRequest properties sortOrder default", "0" },
        { nameof(DocumentRules.Every_default_is_said), "paths /api/events get parameters 0 schema default", "null" },
        { nameof(DocumentRules.Every_default_is_said), "components schemas BookTicketsRequest properties hold description", "\"False when left out.\"" },
        { nameof(DocumentRules.Defaults_are_valid), "paths /api/events get parameters 0 schema default", "0" },
        { nameof(DocumentRules.Examples_are_valid), "paths /api/bookings post requestBody content application/json example quantity", "0" },
        { nameof(DocumentRules.Examples_are_valid), "paths /api/bookings post responses 404 content application/problem+json examples not_found value status", "\"404\"" },
        { nameof(DocumentRules.Examples_stand_at_the_media_type), "components schemas BookTicketsRequest examples", "[{}]" },
        { nameof(DocumentRules.Examples_stand_at_the_media_type), "paths /api/bookings post requestBody content application/json example", "null" },
        { nameof(DocumentRules.No_parameter_has_an_example), "paths /api/events get parameters 5 example", "\"mahler\"" },
        { nameof(DocumentRules.No_HEAD_is_described), "paths /api/events head", """{"operationId":"ListEventsHead","responses":{}}""" },
        { nameof(DocumentRules.Operations_have_names_of_their_own), "paths /api/events get operationId", "null" },
        { nameof(DocumentRules.Operations_have_names_of_their_own), "paths /api/events get operationId", "\"GetEvent\"" },
        { nameof(DocumentRules.Operations_have_names_of_their_own), "components schemas GetEventResponse", "{}" },
        { nameof(DocumentRules.Files_have_no_304_beside_them), "paths /api/events/{id}/calendar.ics get responses 304", """{"description":"It is so still."}""" },
        { nameof(DocumentRules.Files_are_binary), "paths /api/events/import post requestBody content text/csv schema format", "null" },
        { nameof(DocumentRules.Files_are_binary), "paths /api/events/{id}/calendar.ics get responses 200 content text/calendar schema format", "null" },
        { nameof(DocumentRules.Files_are_binary), "paths /api/events/{id}/bookings get responses 200 content text/csv schema format", "null" },
        { nameof(DocumentRules.Answers_declare_headers), "paths /api/events get responses 503 headers Retry-After", "null" },
        { nameof(DocumentRules.Answers_declare_headers), "components headers ETag", "null" },
    };

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task The_document_keeps(string rule) => Assert.Empty(Rules[rule](await Document()));

    [Theory, MemberData(nameof(Breaks))]
    public async Task A_document_that_does_not_is_noticed(string rule, string at, string value)
    {
        var document = await Document();
        var steps = at.Split(' ');
        var owner = steps[..^1].Aggregate(document, (node, step) => node is JsonArray list ? list[int.Parse(step, null)]! : node[step]!);
        if (value == "null")
            Assert.True(owner.AsObject().Remove(steps[^1]), at);
        else
            owner[steps[^1]] = JsonNode.Parse(value);
        if (at.EndsWith("hold description", StringComparison.Ordinal))
            owner.AsObject().Remove("default");
        Assert.NotEmpty(Rules[rule](document));
    }

    [Fact]
    public void Every_rule_is_broken_once() => Assert.Empty(Rules.Keys.Except(Breaks.Select(row => row.Data.Item1)));

    /// <summary>Of answers, the comparison with the typed client looks at each member.</summary>
    [Fact]
    public async Task A_member_of_a_request_that_may_be_null_says_so()
    {
        var schemas = (await Document())["components"]!["schemas"]!;
        var requests = typeof(Program).Assembly.GetTypes().Where(t => schemas[t.Name] is not null && t.Name.EndsWith("Request", StringComparison.Ordinal)).ToList();
        Assert.True(requests.Count > 15, $"Only {requests.Count} requests.");
        foreach (var request in requests)
            foreach (var member in request.GetProperties().Where(m => !m.IsDefined(typeof(System.Text.Json.Serialization.JsonExtensionDataAttribute))))
            {
                var schema = schemas[request.Name]!["properties"]![System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(member.Name)]!;
                var says = (schema["type"] as JsonArray)?.Any(t => $"{t}" == "null") ?? (schema["oneOf"] as JsonArray)?.Any(way => $"{way!["type"]}" == "null") ?? false;
                Assert.Equal(($"{request.Name}.{member.Name}", !member.IsDefined(typeof(System.ComponentModel.DataAnnotations.RequiredAttribute))), ($"{request.Name}.{member.Name}", says));
            }
    }

    /// <summary>What is left out of the query is what the document says that it is.</summary>
    [Theory, OnBothEngines]
    public async Task A_default_that_is_said_changes_nothing(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, admin) = (await Person.Organizer(server), await Person.Admin(server));
        var show = await organizer.Announce();
        (await organizer.Book(show)).Expect(201);
        // A list that says of its mail that it is queued says something else a moment later.
        await Eventually.IsTrue(async () => (await organizer.Get($"api/events/{show.Id}/mails?state=sent"))["data"].AsArray().Count > 0, 60);
        var compared = 0;
        foreach (var (name, _, path, operation) in OpenApiTests.Operations(await Document()).Where(one => one.Method == "GET"))
        {
            var address = path.Replace("{id}", $"{show.Id}", StringComparison.Ordinal).Replace("{eventId}", $"{show.Id}", StringComparison.Ordinal).Replace("{user}", "me", StringComparison.Ordinal).TrimStart('/');
            // Others announce meanwhile.
            var own = path is "/api/events" or "/api/events/facets" ? $"organizerId={organizer.Id}&" : path == "/api/audit" ? $"actorId={organizer.Id}&" : "";
            var reader = path == "/api/audit" ? admin : organizer;
            foreach (var parameter in (operation["parameters"]?.AsArray() ?? []).Where(p => p!["schema"]!["default"] is not null))
            {
                var value = parameter!["schema"]!["default"] is JsonArray list ? string.Join(',', list.Select(v => $"{v}")) : $"{parameter["schema"]!["default"]}";
                var (left, said) = ((await reader.Get($"{address}?{own}")).Expect(200), (await reader.Get($"{address}?{own}{parameter["name"]}={value}")).Expect(200));
                Assert.Equal((name, left.Text), (name, said.Text));
                compared++;
            }
        }
        Assert.True(compared > 20, $"Only {compared} defaults.");
    }

    [Theory, OnBothEngines]
    public async Task It_is_compressed_and_asked_for_again_by_its_tag(Engine engine)
    {
        var server = await servers.Shared(engine);
        var plain = await Ask("GET");
        Assert.Equal((200, null), (plain.Status, plain.Coding));
        var tags = new HashSet<string> { plain.Tag };
        foreach (var (accept, coding) in ((string, string?)[])[("br, gzip", "br"), ("gzip", "gzip"), ("gzip, deflate, br;q=0", "gzip"), ("*", "br"), ("br;q=0.5, gzip;q=0.8", "gzip"), ("identity, br;q=0.1", null), ("deflate", null), ("gzip;q=0", null)])
        {
            var asked = await Ask("GET", ("Accept-Encoding", accept));
            Assert.Equal((accept, 200, coding), (accept, asked.Status, asked.Coding));
            // Another form of it is another thing, and has another tag (RFC 9110, 8.8.3).
            Assert.Equal((accept, coding is null), (accept, asked.Tag == plain.Tag));
            tags.Add(asked.Tag);
            Assert.True(coding is null || asked.Length < plain.Length / 10, $"{accept}: {asked.Length} of {plain.Length}");

            var head = await Ask("HEAD", ("Accept-Encoding", accept));
            Assert.Equal((200, coding, asked.Tag, asked.Said, 0), (head.Status, head.Coding, head.Tag, head.Said, head.Length));
            var again = await Ask("GET", ("Accept-Encoding", accept), ("If-None-Match", asked.Tag));
            Assert.Equal((304, asked.Tag, 0), (again.Status, again.Tag, again.Length));
        }
        Assert.Equal(3, tags.Count);
        Assert.Equal(200, (await Ask("GET", ("If-None-Match", "\"another\""))).Status);

        async Task<(int Status, string? Coding, string Tag, long? Said, int Length)> Ask(string method, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "openapi/v1.json");
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await server.Http.SendAsync(request);
            Assert.Contains("Accept-Encoding", answer.Headers.Vary);
            return ((int)answer.StatusCode, answer.Content.Headers.ContentEncoding.SingleOrDefault(), $"{answer.Headers.ETag}", answer.Content.Headers.ContentLength, (await answer.Content.ReadAsByteArrayAsync()).Length);
        }
    }

    private async Task<JsonNode> Document() => (await new Person(await servers.Shared(Engine.Sqlite)).Get("openapi/v1.json")).Expect(200).Json!;
}
