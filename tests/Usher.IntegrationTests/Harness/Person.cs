using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Usher.IntegrationTests.Harness;

/// <summary>What came back: everything a test may want to look at.</summary>
public sealed record Reply(HttpStatusCode Status, JsonNode? Json, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string? Code => Json?["code"]?.GetValue<string>();
    public string? ETag => Headers.ETag?.ToString();

    public JsonNode this[string member] => Json![member]!;

    /// <summary>What is wrong, by path, as a refusal names it.</summary>
    public IReadOnlyList<string> ErrorPaths => [.. (Json?["errors"]?.AsObject() ?? []).Select(error => error.Key)];

    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>The answer without what differs from request to request.</summary>
    public string Bytes => System.Text.RegularExpressions.Regex.Replace(Text, "\"(traceId|instance)\":\"[^\"]*\",?", "");

    /// <summary>Fails with the whole answer, so that a red test explains itself.</summary>
    public Reply Expect(HttpStatusCode status, string? code = null)
    {
        Assert.True(Status == status && (code is null || Code == code), $"Expected {(int)status} {code}, got {(int)Status}: {Text}");
        return this;
    }

    public Reply Expect(int status, string? code = null) => Expect((HttpStatusCode)status, code);

    /// <summary>Refused for these members, and for no others.</summary>
    public Reply ExpectErrors(string code, params string[] paths)
    {
        Expect(400, code);
        Assert.True(paths.Order(StringComparer.Ordinal).SequenceEqual(ErrorPaths.Order(StringComparer.Ordinal)),
            $"Expected errors of {string.Join(", ", paths)}: {Text}");
        return this;
    }
}

/// <summary>Somebody who talks to a server: a stranger, or signed in.</summary>
public class Person(UsherServer server)
{
    private static int _count;

    public UsherServer Server { get; } = server;
    public string? Token { get; set; }
    public string? RefreshToken { get; private set; }
    public Guid Id { get; private set; }
    public string Username { get; private set; } = "";
    public string Email { get; private set; } = "";
    public const string Password = "plum-orchard-violin-9";

    /// <summary>The bytes of a file, as a browser saves them.</summary>
    public async Task<byte[]> Download(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", Token) } };
        using var response = await Server.Http.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    public static Task<Person> Attendee(UsherServer server) => Register(server, "attendee");

    public static Task<Person> Organizer(UsherServer server) => Register(server, "organizer");

    /// <summary>Made as admins are made: by the verb, then logged in again for a token that says so.</summary>
    public static async Task<Person> Admin(UsherServer server)
    {
        var person = await Register(server, "attendee");
        var (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["admin", person.Email, "--unverified"]);
        Assert.True(exitCode == 0, output);
        await person.LogIn();
        return person;
    }

    public static async Task<Person[]> Attendees(UsherServer server, int count)
    {
        var people = new Person[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) => people[i] = await Attendee(server));
        return people;
    }

    private static async Task<Person> Register(UsherServer server, string role)
    {
        var name = $"{role}-{Interlocked.Increment(ref _count)}-{Random.Shared.Next():x}";
        var person = new Person(server) { Username = name, Email = $"{name}@example.com" };
        var reply = (await person.Post("api/auth/register", new { username = name, email = person.Email, password = Password, role })).Expect(201);
        person.TakeTokens(reply);
        return person;
    }

    public async Task<Reply> LogIn()
    {
        var reply = (await Post("api/auth/login", new { email = Email, password = Password })).Expect(200);
        TakeTokens(reply);
        return reply;
    }

    /// <summary>What shows the codes of the second factor.</summary>
    public Authenticator? App { get; private set; }

    public async Task<Reply> BeginSecondFactor()
    {
        await Verify();
        var reply = (await Post("api/me/second-factor", new { password = Password })).Expect(200);
        App = new Authenticator(reply["secret"].GetValue<string>());
        return reply;
    }

    /// <returns>The recovery codes.</returns>
    public async Task<string[]> TurnOnSecondFactor()
    {
        await BeginSecondFactor();
        var reply = (await Post("api/me/second-factor/confirm", new { code = await App!.Next() })).Expect(200);
        return [.. reply["recoveryCodes"].AsArray().Select(code => code!.GetValue<string>())];
    }

    /// <summary>Another session of the same person.</summary>
    public async Task<Person> LogInAgain()
    {
        var again = At(Server);
        await again.LogIn();
        return again;
    }

    /// <summary>As if the link in the mail had been opened.</summary>
    public async Task Verify() => await Server.Database.Run("UPDATE users SET email_verified = @yes WHERE id = @id", ("yes", true), ("id", Id));

    /// <summary>As if this had been so long ago that a token alone is not enough any more.</summary>
    public async Task SignedInLongAgo() => await Server.Database.Run("UPDATE sessions SET created_at = @then WHERE user_id = @id",
        ("then", Server.Database.Instant(TimeProvider.System.GetUtcNow().AddMinutes(-11))), ("id", Id));

    /// <summary>The same person with another address.</summary>
    public async Task<Person> MoveTo(string email)
    {
        (await Patch("api/me", new { email, currentPassword = Password })).Expect(200);
        return new(Server) { Token = Token, Id = Id, Username = Username, Email = email, RefreshToken = RefreshToken };
    }

    /// <summary>Somebody of whom only the address is known.</summary>
    public static Person At(UsherServer server, string email) => new(server) { Email = email };

    /// <summary>Whether the access token is still good here.</summary>
    public async Task<bool> IsSignedIn() => (await Get("api/me")).Status == HttpStatusCode.OK;

    public async Task<Reply> Refresh()
    {
        var reply = await Post("api/auth/refresh", new { refreshToken = RefreshToken });
        if (reply.Status == HttpStatusCode.OK)
            TakeTokens(reply);
        return reply;
    }

    private void TakeTokens(Reply reply)
    {
        Token = reply["accessToken"].GetValue<string>();
        RefreshToken = reply["refreshToken"].GetValue<string>();
        Id = reply["user"]["id"]!.GetValue<Guid>();
    }

    /// <summary>The same person at another process.</summary>
    public Person At(UsherServer other) => new(other) { Token = Token, Id = Id, Username = Username, Email = Email, RefreshToken = RefreshToken };

    /// <summary>A list of so many, two on a page: each page says whether another follows, and links to it if so.</summary>
    public async Task ExpectPages(string path, int items)
    {
        for (var page = 1; page <= (items + 1) / 2; page++)
        {
            var reply = (await Get($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=2&page={page}")).Expect(200);
            var follows = page * 2 < items;
            Assert.Equal(follows ? 2 : items - 2 * (page - 1), reply["data"].AsArray().Count);
            Assert.Equal(follows, reply["pagination"]["hasNext"]!.GetValue<bool>());
            Assert.Equal(follows, reply.Header("Link")!.Contains("rel=\"next\"", StringComparison.Ordinal));
        }
    }

    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) => Send("GET", path, null, headers);

    public Task<Reply> Post(string path, object? body, params (string Name, string Value)[] headers) => Send("POST", path, body, headers);

    public Task<Reply> Put(string path, object? body, params (string Name, string Value)[] headers) => Send("PUT", path, body, headers);

    public Task<Reply> Patch(string path, object? body, params (string Name, string Value)[] headers) => Send("PATCH", path, body, headers);

    public Task<Reply> Delete(string path, params (string Name, string Value)[] headers) => Send("DELETE", path, null, headers);

    public Task<Reply> Delete(string path, object body) => Send("DELETE", path, body);

    /// <param name="body">An object is sent as JSON, a string as it stands, null not at all.</param>
    public async Task<Reply> Send(string method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (body is not null)
            request.Content = body as HttpContent ?? new StringContent(body as string ?? JsonSerializer.Serialize(body, body.GetType(), Web), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        using var response = await Server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        // A stream of events has no end to wait for.
        var text = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode == 500)
            text += $"\n{string.Join('\n', Server.Output.TakeLast(40))}";
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new Reply(response.StatusCode, isJson && text.Length > 0 && (int)response.StatusCode != 500 ? JsonNode.Parse(text) : null, text, response.Headers, response.Content.Headers);
    }

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>A published event with ticket types of (name, price, allotment); returns its answer.</summary>
    public async Task<Show> Announce(int capacity = 1000, (string Name, decimal Price, int Quantity)[]? types = null, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(new
        {
            name = $"Evening {Random.Shared.Next():x}",
            date = TimeProvider.System.GetUtcNow().AddDays(60),
            timeZone = "Europe/Vienna",
            location = "Small Hall, Vienna",
            totalCapacity = capacity,
            ticketTypes = (types ?? [("Seat", 25m, capacity)]).Select(t => new { name = t.Name, price = t.Price, quantityAvailable = t.Quantity }),
        }, Web)!.AsObject();
        foreach (var (name, value) in more is null ? [] : JsonSerializer.SerializeToNode(more, more.GetType(), Web)!.AsObject())
            body[name] = value?.DeepClone();
        var reply = (await Post("api/events", body)).Expect(201);
        return new Show(reply["id"].GetValue<Guid>(), [.. reply["ticketTypes"].AsArray().Select(t => t!["id"]!.GetValue<Guid>())], reply);
    }

    public Task<Reply> Book(Show show, int quantity = 1, int type = 0, bool hold = false, string? key = null, string? payment = null) =>
        Post("api/bookings", new { eventId = show.Id, ticketTypeId = show.Types[type], quantity, hold, payment = payment is null ? null : new { token = payment } },
            key is null ? [] : [("Idempotency-Key", key)]);

    public async Task<Guid> Hold(Show show, int quantity = 1, int type = 0) =>
        (await Book(show, quantity, type, hold: true)).Expect(201)["id"].GetValue<Guid>();
}

/// <summary>An event that was announced, with the ids of its ticket types in the order they were given.</summary>
public sealed record Show(Guid Id, Guid[] Types, Reply Reply);
