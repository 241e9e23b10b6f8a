using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Usher.Domain;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Trust;

/// <summary>One of the servers that are asked the same, and what is found wrong with its answers.</summary>
internal sealed class Side(Engine engine, World world, ApiDocument document, InputReport report)
{
    private static readonly string[] Internals = ["System.", "Microsoft.", "Npgsql", "SqliteException", "   at ", "SELECT ", "INSERT ", "stack", "Usher."];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Control _control = new(world);

    /// <summary>The success that came first, for what the server owns.</summary>
    private JsonNode? _first;

    public Task Begin() => _control.Adopt();

    /// <returns>What must be the same on the other side.</returns>
    public async Task<string> Ask(Operation operation, Attempt attempt, string word)
    {
        var caller = attempt.IsAnonymous ? new Person(world.Server) : world.CallerOf(operation);
        var address = world.Fill(attempt.Path ?? World.PlaceOf(operation));
        var since = Stopwatch.StartNew();
        var reply = await caller.Send(attempt.Method ?? operation.Method, address + attempt.Query, attempt.Content(text => world.Fill(text, word)), attempt.Headers);
        if (since.Elapsed > Patience)
            Find(operation, attempt, $"took {since.Elapsed.TotalSeconds:0} s");
        if (attempt.Method is null)
            report.Count(engine, operation.Id, (int)reply.Status);
        else
            report.Count(engine, "other methods", (int)reply.Status);
        foreach (var fault in Faults(operation, attempt, reply, world.Fill(attempt.Body ?? "", word)))
            Find(operation, attempt, fault);

        if (attempt.Method is not null)
            return Alike(operation, reply);
        _control.Heard(operation, caller, address, reply);
        if (world.IsUsedUp(operation, reply))
        {
            await LookAt(operation);
            await world.Renew(operation.Id);
            await _control.Adopt();
        }
        return Alike(operation, reply);
    }

    /// <summary>Whether all is as it was said.</summary>
    public async Task LookAt(Operation operation)
    {
        foreach (var fault in await _control.Faults())
            report.Find($"{engine}, {operation.Id}: {fault}");
    }

    public void Finish() => _first = null;

    private void Find(Operation operation, Attempt attempt, string fault) => report.Find($"{engine}, {operation.Id}, {attempt.What}: {fault}");

    private IEnumerable<string> Faults(Operation operation, Attempt attempt, Reply reply, string body)
    {
        var status = (int)reply.Status;
        // Refused before any of this program is asked.
        if (status is 400 or 414 or 431 && reply.Text.Length == 0 && (attempt.Headers.Length > 0 || attempt.Query.Length > 6_000 || attempt.Path?.Contains("%00", StringComparison.Ordinal) == true))
            return [];
        if (status >= 500)
            return [$"{status} {Short(reply.Text)}"];
        var faults = Headers(reply);
        if (attempt.Method is not null)
            return [.. faults, .. OfAnotherMethod(operation, attempt.Method, reply)];
        // Of a file, the header that asks for it tells of it.
        if (status == 304 && reply.Text.Length == 0 && attempt.Headers.Any(h => h.Name == "If-None-Match"))
            return faults;
        if (!operation.Answers.TryGetValue(status, out var announced))
            return [.. faults, .. attempt.IsElsewhere && status is 404 or 405 ? [] : (string[])[$"{status} {reply.Code} is not documented"]];
        faults = [.. faults, .. OfTheDocument(announced, reply), .. status >= 400 ? OfARefusal(reply) : []];
        return status is 200 or 201 && reply.Json is JsonObject shown && operation.Body is { } asked ? [.. faults, .. OfTheMembers(attempt, asked, body, shown)] : faults;
    }

    private static IEnumerable<string> Headers(Reply reply)
    {
        var status = (int)reply.Status;
        if (reply.Header("X-Content-Type-Options") != "nosniff" || reply.Header("X-Request-Id") is null || reply.Header("Content-Security-Policy") is null || reply.Header("Server") is not null)
            yield return $"{status} without the headers that every answer has";
        if (status is 429 or 503 && reply.Header("Retry-After") is null)
            yield return $"{status} without Retry-After";
        if (status == 401 && reply.Header("WWW-Authenticate")?.StartsWith("Bearer", StringComparison.Ordinal) != true)
            yield return "401 without WWW-Authenticate";
    }

    private IEnumerable<string> OfTheDocument(JsonObject announced, Reply reply)
    {
        var (status, type) = ((int)reply.Status, reply.ContentHeaders.ContentType?.MediaType);
        if (announced["content"]?.AsObject() is not { Count: > 0 } contents)
        {
            if (reply.Text.Length > 0)
                yield return $"{status} has a body, and none is documented: {Short(reply.Text)}";
        }
        else if (type is null || contents[type]?["schema"] is not JsonObject schema)
            yield return $"{status} is {type}, documented is {string.Join(" or ", contents.Select(c => c.Key))}";
        else if (type.EndsWith("json", StringComparison.Ordinal))
            foreach (var fault in document.Schemas.Faults(reply.Json, schema))
                yield return $"{status} is not as documented: {fault}";
        // What is said of limits is left out where there are none, of a first answer where it is the first, and of a table, which is as long as it takes.
        foreach (var (name, _) in type == "text/csv" ? [] : announced["headers"]?.AsObject() ?? [])
            if (!name.StartsWith("RateLimit", StringComparison.Ordinal) && name is not ("Idempotency-Replayed" or "Link") && (name != "Content-Disposition" || type != "application/json") && reply.Header(name) is null)
                yield return $"{status} without {name}";
        foreach (var name in OpenApi.OpenApiTests.Undeclared(announced, reply))
            yield return $"{status} has {name}, which is not documented";
    }

    private static IEnumerable<string> OfARefusal(Reply reply)
    {
        var status = (int)reply.Status;
        if (reply.ContentHeaders.ContentType?.MediaType != "application/problem+json" || reply.Code is null || reply.Json?["status"]?.GetValue<int>() != status)
            yield return $"{status} is no problem+json: {Short(reply.Text)}";
        else if (Internals.FirstOrDefault(word => reply.Json["detail"]!.GetValue<string>().Contains(word, StringComparison.Ordinal)) is { } told)
            yield return $"tells about {told}: {reply.Text}";
        if (reply.Code is "validation_failed" or "invalid_parameter" && reply.ErrorPaths.Count == 0)
            yield return $"{reply.Code} does not say of what";
    }

    private IEnumerable<string> OfAnotherMethod(Operation operation, string method, Reply reply)
    {
        // Read like that, it is the id of something that is not there.
        if ((int)reply.Status == 404 && method is "GET" or "HEAD" && document.Operations.Any(o => o.Method == "GET" && o.Path == $"{operation.Path[..operation.Path.LastIndexOf('/')]}/{{id}}"))
            yield break;
        if ((int)reply.Status != 405 || (method != "HEAD" && reply.Code != "method_not_allowed"))
            yield return $"{(int)reply.Status} {reply.Code}, not 405";
        var allowed = reply.Header("Allow")?.Split(", ") ?? [];
        if (document.Operations.Where(o => o.Path == operation.Path && !allowed.Contains(o.Method)).Select(o => o.Method).FirstOrDefault() is { } missing)
            yield return $"{missing} is allowed, and Allow is {string.Join(", ", allowed)}";
    }

    /// <summary>What was sent is what is shown, and what the server owns is what it was.</summary>
    private IEnumerable<string> OfTheMembers(Attempt attempt, JsonObject asked, string body, JsonObject shown)
    {
        _first ??= shown.DeepClone();
        foreach (var one in attempt.Owned.Where(one => !Settles(shown, $"{one.Path[0]}")))
        {
            var (now, before) = (At(shown, one.Path), At(_first, one.Path));
            // Of a few values each is somebody's own.
            var isChosen = one.Value is "true" or "false" || one.Value[0] == '"' && !one.Value.Contains('-', StringComparison.Ordinal);
            if (!JsonNode.DeepEquals(now, before) && (isChosen || now?.ToJsonString() == one.Value))
                yield return $"{string.Join('.', one.Path)} is {now?.ToJsonString()}, as it was asked to be";
        }
        if (Parse(body) is JsonObject sent)
            foreach (var fault in Echo(sent, shown, asked, ""))
                yield return fault;
    }

    private IEnumerable<string> Echo(JsonObject sent, JsonObject shown, JsonObject asked, string at)
    {
        foreach (var (name, value) in sent)
        {
            // What can be had is not what there is, and a token is given for another one.
            if (value is null || asked["properties"]?[name] is null || !shown.TryGetPropertyValue(name, out var back) || name is "quantityAvailable" or "refreshToken")
                continue;
            var same = (value, back) switch
            {
                (JsonArray { Count: 1 } one, JsonArray { Count: 1 } other) when one[0] is JsonObject first && other[0] is JsonObject second =>
                    !Echo(first, second, document.Resolve(document.Resolve(asked["properties"]![name]!.AsObject())["items"]!.AsObject()), $"{at}{name}.").Any(),
                (JsonArray list, JsonArray other) when list.All(item => item?.GetValueKind() == JsonValueKind.String) =>
                    list.Select(item => Text.Clean(item!.GetValue<string>())).Distinct().SequenceEqual(other.Select(item => item!.GetValue<string>())),
                (JsonArray, _) or (JsonObject, _) => true,
                _ when value.GetValueKind() == JsonValueKind.String && back?.GetValueKind() == JsonValueKind.String => IsSame(value.GetValue<string>(), back.GetValue<string>()),
                _ when value.GetValueKind() == JsonValueKind.Number && back?.GetValueKind() == JsonValueKind.Number => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture).Equals(double.Parse(back.ToJsonString(), CultureInfo.InvariantCulture)),
                _ => value.GetValueKind() == back?.GetValueKind(),
            };
            if (!same)
                yield return $"{at}{name} was sent as {Short(value.ToJsonString())}, and is {Short(back?.ToJsonString() ?? "null")}";
        }
    }

    private static bool IsSame(string sent, string shown) =>
        shown == sent || shown == Text.Clean(sent)
        // Words for one of a few are taken in any case.
        || sent.All(char.IsAsciiLetter) && shown.Equals(sent, StringComparison.OrdinalIgnoreCase)
        // Instants come back in UTC and to the millisecond; of a local time only the zone knows which.
        || DateTimeOffset.TryParse(shown, CultureInfo.InvariantCulture, out var instant) && shown.EndsWith('Z')
            && (sent.LastIndexOfAny(['Z', 'z', '+', '-']) <= "yyyy-MM-ddTHH:mm".Length - 1 || Instant(sent) is { } meant && (meant - instant).Duration() < TimeSpan.FromMilliseconds(1));

    /// <summary>RFC 3339 has offsets of a day, .NET has them of 14 hours.</summary>
    private static DateTimeOffset? Instant(string text) =>
        text.Length > 6 && text[^6] is '+' or '-' && TimeSpan.TryParseExact(text[^5..], @"hh\:mm", CultureInfo.InvariantCulture, out var offset)
            && DateTimeOffset.TryParse(text[..^6] + "Z", CultureInfo.InvariantCulture, out var there) ? there - (text[^6] == '-' ? -offset : offset)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var instant) ? instant : null;

    /// <summary>Status, code and what is wrong; of a single thing all that does not differ between any two of them.</summary>
    private static string Alike(Operation operation, Reply reply)
    {
        var said = $"{(int)reply.Status} {((int)reply.Status >= 400 ? reply.Code : "")} {string.Join(' ', reply.ErrorPaths.Order(StringComparer.Ordinal))}";
        var isThing = operation.Success?["$ref"]?.GetValue<string>().Split('/')[^1] is "EventResponse" or "TicketTypeResponse" or "BookingResponse";
        return isThing && (int)reply.Status is 200 or 201 && reply.Json is { } json ? $"{said} {Canonical(json)}" : said;
    }

    /// <summary>What a job does to a cancelled booking, a moment later: the money goes back.</summary>
    public static bool Settles(JsonObject owner, string member) =>
        member is "refund" or "paymentStatus" or "version" && owner["refund"] is JsonObject;

    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject owner => $"{{{string.Join(',', owner.Where(m => m.Key is not ("code" or "buyer") && !Settles(owner, m.Key)).Select(m => $"{m.Key}:{Canonical(m.Value)}"))}}}",
        JsonArray list => $"[{string.Join(',', list.Select(Canonical))}]",
        JsonValue value when value.GetValueKind() == JsonValueKind.String && Guid.TryParseExact(value.GetValue<string>(), "D", out _) => "id",
        JsonValue value when value.GetValueKind() == JsonValueKind.String && DateTimeOffset.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, out var instant)
            && (instant - TimeProvider.System.GetUtcNow()).Duration() < TimeSpan.FromDays(2) => "now",
        _ => node?.ToJsonString() ?? "null",
    };

    private static JsonNode? At(JsonNode? node, object[] path) => path.Aggregate(node, (at, step) => step is int index ? (at as JsonArray)?.ElementAtOrDefault(index) : (at as JsonObject)?[(string)step]);

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Short(string text) => text[..Math.Min(600, text.Length)];
}
