using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.OpenApi;

/// <summary>The document of the API, and that the server does what it says.</summary>
public sealed class OpenApiTests(Servers servers)
{
    /// <summary>All that anyone may ask without signing in. What is not here has to ask for a token.</summary>
    private static readonly string[] Public =
    [
        "GET /", "GET /health/live", "GET /health/ready", "GET /.well-known/jwks.json",
        "POST /api/auth/register", "POST /api/auth/login", "POST /api/auth/refresh", "POST /api/auth/forgot-password", "POST /api/auth/reset-password", "POST /api/auth/verify-email", "POST /api/auth/undo-email-change",
        "GET /api/events", "GET /api/events/facets", "GET /api/events/{id}", "GET /api/events/{eventId}/ticket-types", "GET /api/events/{eventId}/ticket-types/{id}",
        "GET /api/events/{id}/availability", "GET /api/events/{id}/availability/stream", "GET /api/events/{id}/calendar.ics",
    ];

    [Theory, OnBothEngines]
    public async Task Every_operation_is_described(Engine engine)
    {
        var document = await Document(engine);
        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        var operations = Operations(document);
        Assert.True(operations.Count > 30, $"Only {operations.Count} operations.");
        Assert.Equal(operations.Count, operations.Select(one => one.Operation["operationId"]!.GetValue<string>()).Distinct().Count());
        foreach (var (name, _, _, operation) in operations)
        {
            Assert.False(string.IsNullOrWhiteSpace(operation["summary"]?.GetValue<string>()), $"{name} has no summary.");
            Assert.True(operation["tags"]?.AsArray().Count > 0, $"{name} has no tag.");
            var responses = operation["responses"]!.AsObject().Select(response => response.Key).ToArray();
            Assert.True(responses.Any(status => status.StartsWith('2')), $"{name} has no success: {string.Join(' ', responses)}");
            Assert.True(name.StartsWith("OPTIONS", StringComparison.Ordinal) || responses.Length > 1 || !name.Contains("/api/", StringComparison.Ordinal), $"{name} has only {string.Join(' ', responses)}");
        }
    }

    [Theory, OnBothEngines]
    public async Task What_is_not_public_says_so_and_asks_for_a_token(Engine engine)
    {
        var document = await Document(engine);
        var stranger = new Person(await servers.Shared(engine));
        foreach (var (name, method, path, operation) in Operations(document))
        {
            var isPublic = Public.Contains(name);
            var secured = operation["security"]?.AsArray().Count > 0;
            Assert.True(isPublic != secured, $"{name}: in the list of what is public: {isPublic}; asks for a token in the document: {secured}");
            var reply = await stranger.Send(method, Concrete(path), method is "GET" or "DELETE" ? null : "{}");
            Declared(name, operation, reply);
            if (method == "GET")
                Assert.Equal((name, reply.Status), (name, (await stranger.Send("HEAD", Concrete(path), null)).Status));
            if (!isPublic)
                Assert.True((int)reply.Status == 401 && operation["responses"]!["401"] is not null, $"{name}: {(int)reply.Status} {reply.Text}");
            else
                Assert.True((int)reply.Status != 401, $"{name} is public, and asks for a token.");
        }
    }

    [Theory, OnBothEngines]
    public async Task HEAD_and_OPTIONS_answer_wherever_GET_does(Engine engine)
    {
        var document = await Document(engine);
        var server = await servers.Shared(engine);
        var (organizer, admin) = (await Person.Organizer(server), await Person.Admin(server));
        var show = await organizer.Announce();
        var booked = (await organizer.Book(show)).Expect(201);
        var report = await Reports.Sample.Report(server, organizer);
        var cancelled = $"api/events/{(await organizer.Announce()).Id}";
        (await organizer.Put($"{cancelled}/cancel", null)).Expect(200);
        await Eventually.IsTrue(async () => (await organizer.Get($"{cancelled}/cancellation")).Expect(200).Json!["finishedAt"] is not null);
        foreach (var (name, _, path, operation) in Operations(document).Where(one => one.Method == "GET"))
        {
            // It has no end to wait for; it is watched in tests of its own.
            if (path.EndsWith("/stream", StringComparison.Ordinal))
                continue;
            var address = path.EndsWith("/cancellation", StringComparison.Ordinal) ? $"{cancelled}/cancellation" : path.Replace("{eventId}", show.Id.ToString(), StringComparison.Ordinal).TrimStart('/');
            address = address.Contains("ticket-types/{id}", StringComparison.Ordinal) ? address.Replace("{id}", show.Types[0].ToString(), StringComparison.Ordinal)
                : address.Contains("reports/{id}", StringComparison.Ordinal) ? address.Replace("{id}", report.ToString(), StringComparison.Ordinal)
                : address.Contains("bookings/{", StringComparison.Ordinal) ? $"api/bookings/{booked["id"]}"
                : address.Replace("{id}", show.Id.ToString(), StringComparison.Ordinal).Replace("{userId}", "me", StringComparison.Ordinal).Replace("{user}", "me", StringComparison.Ordinal);
            // Other tests announce events meanwhile: of the list of all, only the own part stays as it is.
            if (path == "/api/events")
                address += $"?organizerId={organizer.Id}";
            if (path == "/api/audit")
                address += $"?actorId={organizer.Id}";
            var reader = path == "/api/audit" ? admin : organizer;
            var (get, head) = (await reader.Get(address), await reader.Send("HEAD", address, null));
            Declared(name, operation, get);
            Assert.True(get.Status == head.Status && head.Text.Length == 0, $"{name}: GET {(int)get.Status}, HEAD {(int)head.Status} {head.Text}");
            Assert.True((int)get.Status == 200, $"{name}: {get.Text}");
            Assert.Equal(get.ETag, head.ETag);
            Assert.Equal(get.ContentHeaders.ContentType, head.ContentHeaders.ContentType);
            var options = await organizer.Send("OPTIONS", address, null);
            Assert.True((int)options.Status == 204 && options.Header("Allow")!.Contains("GET", StringComparison.Ordinal), $"{name}: {(int)options.Status} {options.Header("Allow")}");
        }
    }

    [Theory, OnBothEngines]
    public async Task What_is_referred_to_is_there_and_bodies_are_described(Engine engine)
    {
        var document = await Document(engine);
        foreach (var reference in References(document))
            Assert.True(Resolve(document, reference) is not null, $"{reference} is not in the document.");
        foreach (var (name, method, path, operation) in Operations(document))
        {
            if (method is "POST" or "PUT" or "PATCH" && !path.EndsWith("/logout", StringComparison.Ordinal) && !path.Contains("/resend", StringComparison.Ordinal))
                Assert.True(operation["requestBody"]?["content"]?.AsObject().Count > 0, $"{name} has no body.");
            var inPath = (operation["parameters"]?.AsArray() ?? []).Where(p => p!["in"]?.GetValue<string>() == "path").Select(p => $"{{{p!["name"]}}}").ToArray();
            Assert.True(inPath.All(p => path.Contains(p, StringComparison.Ordinal)) && inPath.Length == path.Count(c => c == '{'), $"{name}: parameters {string.Join(' ', inPath)}");
            if (operation["responses"]!["200"] is { } success)
                Assert.True(success["content"]?.AsObject().Count > 0, $"{name}: 200 without a schema.");
        }
        Assert.NotNull(document["components"]!["securitySchemes"]);
    }

    [Theory, OnBothEngines]
    public async Task The_codes_of_the_contract_are_in_the_document(Engine engine)
    {
        var text = (await Document(engine)).ToJsonString();
        foreach (var code in (string[])[
            "validation_failed", "malformed_request", "unknown_parameter", "invalid_parameter", "page_too_deep", "price_precision", "currency_locked", "time_zone_required",
            "local_time_nonexistent", "unauthenticated", "token_expired", "invalid_credentials", "refresh_token_reused", "email_taken", "username_taken", "weak_password", "forbidden",
            "role_not_allowed", "not_found", "unsupported_media_type", "payload_too_large", "event_cancelled", "event_past", "event_has_bookings", "capacity_below_sold", "ticket_type_has_sales",
            "sales_not_open", "sales_closed", "insufficient_availability", "sold_out", "max_per_booking", "max_per_user", "booking_expired", "booking_cancelled", "cancellation_closed",
            "second_factor_required", "invalid_code", "second_factor_on", "second_factor_off", "email_not_verified", "payment_failed", "price_changed", "precondition_failed", "idempotency_key_invalid", "idempotency_key_reused", "unavailable", "internal_error"])
            Assert.True(text.Contains($"\"{code}\"", StringComparison.Ordinal), $"{code} is nowhere in the document.");
    }

    /// <summary>What every answer of any server may have, and needs no describing.</summary>
    private static readonly HashSet<string> Standing = new(StringComparer.OrdinalIgnoreCase)
    {
        "Cache-Control", "Connection", "Content-Length", "Content-Security-Policy", "Content-Type", "Date", "Expires", "Pragma", "Referrer-Policy", "Transfer-Encoding", "Vary", "X-Accel-Buffering", "X-Content-Type-Options",
    };

    /// <summary>Headers that an answer has and the document does not tell of.</summary>
    internal static IEnumerable<string> Undeclared(JsonNode answer, Reply reply) =>
        reply.Headers.Concat(reply.ContentHeaders).Select(header => header.Key)
            .Where(header => !Standing.Contains(header) && answer["headers"]?.AsObject().Any(known => known.Key.Equals(header, StringComparison.OrdinalIgnoreCase)) != true);

    private static void Declared(string name, JsonNode operation, Reply reply) =>
        Assert.Equal((name, reply.Status, ""), (name, reply.Status, operation["responses"]![$"{(int)reply.Status}"] is { } answer ? string.Join(' ', Undeclared(answer, reply)) : "not documented"));

    private async Task<JsonNode> Document(Engine engine) => (await new Person(await servers.Shared(engine)).Get("openapi/v1.json")).Expect(200).Json!;

    internal static List<(string Name, string Method, string Path, JsonNode Operation)> Operations(JsonNode document) =>
    [
        .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Where(operation => operation.Key is "get" or "put" or "post" or "delete" or "options" or "head" or "patch" or "trace")
            .Select(operation => ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Key.ToUpperInvariant(), path.Key, operation.Value!))),
    ];

    private static string Concrete(string path) =>
        System.Text.RegularExpressions.Regex.Replace(path, "\\{[^}]+\\}", Guid.CreateVersion7().ToString()).TrimStart('/');

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject owner => owner.SelectMany(member => member.Key == "$ref" && member.Value is JsonValue reference ? [reference.GetValue<string>()] : References(member.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    internal static JsonNode? Resolve(JsonNode document, string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)document, (at, step) => at is JsonObject owner ? owner[step.Replace("~1", "/", StringComparison.Ordinal)] : null);
}
