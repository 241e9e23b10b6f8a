using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Trust;

/// <summary>What is secret or personal goes through every door and is found in no log, metric, trace, message or error.</summary>
public sealed class CanaryTests(Servers servers)
{
    private const string Password = "canary-password-55d1c7", Name = "canary-name-0b6e2f", DisplayName = "Canary Display 81aa", Word = "canary-word-93c4d8";
    private static readonly string Email = $"{Name}@canary-host.example";

    [Theory, OnBothEngines]
    public async Task No_log_metric_trace_message_or_error_tells_what_people_sent(Engine engine)
    {
        await using var sink = await OtlpSink.Open();
        // Each form of the log on one of the engines.
        await using var server = await servers.StartProcess(engine,
        [
            ("Logging:LogLevel:Default", "Information"), ("Logging:Format", engine == Engine.Sqlite ? "Json" : "Text"),
            ("Metrics:AllowedNetworks", "127.0.0.1"), ("Metrics:EverySeconds", "0.2"), ("Tracing:MostPerSecond", "1000000"), ("OTEL_BSP_MAX_QUEUE_SIZE", "100000"), .. sink.Settings,
        ]);
        var stranger = new Person(server);
        var registered = (await stranger.Post("api/auth/register", new { username = Name, email = Email, password = Password, role = "organizer" })).Expect(201);
        var person = new Person(server) { Token = registered["accessToken"].GetValue<string>() };
        List<string> secrets = [Password, Name, Email, DisplayName, Word, person.Token, registered["refreshToken"].GetValue<string>()];
        (await person.Patch("api/me", new { displayName = DisplayName })).Expect(200);
        (await stranger.Post("api/auth/login", new { email = Email, password = Word })).Expect(401);
        (await stranger.Post("api/auth/login", new { username = Name, password = Password })).Expect(200);
        (await stranger.Post("api/auth/forgot-password", new { email = Email })).Expect(202);
        var refreshed = (await stranger.Post("api/auth/refresh", new { refreshToken = secrets[^1] })).Expect(200);
        secrets.Add(refreshed["accessToken"].GetValue<string>());
        secrets.Add(refreshed["refreshToken"].GetValue<string>());
        await server.Database.Run("UPDATE users SET email_verified = @yes WHERE id = @id", ("yes", true), ("id", registered["user"]["id"]!.GetValue<Guid>()));
        var begun = (await person.Post("api/me/second-factor", new { password = Password })).Expect(200);
        var app = new Authenticator(begun["secret"].GetValue<string>());
        List<string> codes = [await app.Next(), await app.Next(), app.Wrong()];
        var recovery = (await person.Post("api/me/second-factor/confirm", new { code = codes[0] })).Expect(200)["recoveryCodes"].AsArray().Select(code => code!.GetValue<string>()).ToList();
        secrets.AddRange([app.Secret, begun["otpauthUrl"].GetValue<string>(), .. recovery, .. recovery.Select(code => code.Replace("-", "", StringComparison.Ordinal))]);
        (await stranger.Post("api/auth/login", new { email = Email, password = Password, code = codes[1] })).Expect(200);
        (await stranger.Post("api/auth/login", new { email = Email, password = Password, code = codes[2] })).Expect(401, "invalid_code");
        (await stranger.Post("api/auth/login", new { email = Email, password = Password, code = recovery[0] })).Expect(200);
        foreach (var mail in await WaitForMails(server))
            secrets.Add(Accounts.PasswordTests.TokenIn(mail.TextBody));

        var world = await World.Make(server);
        var document = await ApiDocument.Read(server);
        foreach (var operation in document.Operations.Where(o => o.Id != "WatchAvailability"))
            foreach (var (caller, token) in new[] { (world.CallerOf(operation), (string?)null), (person, null), (stranger, Word) })
            {
                (string, string)[] headers = token is null ? [] : [("Authorization", $"Bearer {token}")];
                var path = $"{world.PathOf(operation)}?{string.Join('&', operation.Query.Take(3).Select(q => $"{q.Name}={Word}"))}";
                foreach (var body in Bodies(world.GoodBody(operation)))
                {
                    var reply = await caller.Send(operation.Method, path, body, headers);
                    // A refusal says what is wrong, by its name, and does not repeat it.
                    if ((int)reply.Status >= 400 && secrets.Find(secret => Said(reply).Contains(secret, StringComparison.Ordinal)) is { } told)
                        Assert.Fail($"{operation.Id} repeats {told}: {reply.Text}");
                }
            }
        foreach (var path in (string[])[$"api/{Word}", $"api/events/{Word}", $"api/bookings/{Word}", $"api/users/{Word}/bookings"])
            await person.Get(path);

        var last = (await person.Get("api/events")).Expect(200).Header("X-Request-Id");
        await sink.Wait(span => span.TraceId == last);
        var metrics = (await stranger.Get("metrics")).Expect(200).Text;
        List<(string Where, string Line)> lines =
        [
            .. server.Output.Select(line => ("log", line)), .. metrics.Split('\n').Select(line => ("metrics", line)),
            .. sink.Received.Select(request => ($"OTLP {request.Signal}", System.Text.Encoding.UTF8.GetString(request.Bytes))),
        ];
        foreach (var where in (string[])["log", "metrics", "OTLP traces", "OTLP metrics"])
            Assert.Contains(lines, one => one.Where == where && one.Line.Contains("/api/auth/login", StringComparison.Ordinal));
        // Six digits may stand in the middle of an id, or be a measurement.
        foreach (var code in codes)
            Assert.All(server.Output, line => Assert.DoesNotMatch($"(?<![0-9a-f]){code}(?![0-9a-f])", line));
        foreach (var secret in secrets)
        {
            Assert.All(lines, one => Assert.False(one.Line.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{one.Where} has {secret}: {one.Line}"));
            foreach (var (table, column) in (await server.Database.TextColumns()).Where(c => c.Table is "outbox" or "inbox" or "audit_entries" or "log_in_failures" or "refresh_tokens" or "mails" or "second_factors" or "recovery_codes"))
                Assert.True(await server.Database.Count($"SELECT count(*) FROM {table} WHERE CAST({column} AS text) LIKE @text", ("text", $"%{secret}%")) == 0, $"{secret} stands in {table}.{column}");
        }
    }

    /// <summary>All but where it was asked for, which is in the answer of every server.</summary>
    private static string Said(Reply reply) => reply.Json is JsonObject problem ? new JsonObject(problem.Where(m => m.Key != "instance").Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))).ToJsonString() : reply.Text;

    private static IEnumerable<object?> Bodies(JsonObject? good)
    {
        if (good is null)
            return [null];
        var all = good.DeepClone().AsObject();
        foreach (var (name, value) in good)
            if (value is JsonValue text && text.TryGetValue<string>(out _))
                all[name] = name.Contains("assword", StringComparison.Ordinal) ? Password : Word;
        return [all, $"{{\"{Word}\":\"{Password}\""];
    }

    private static async Task<List<MimeKit.MimeMessage>> WaitForMails(UsherServer server)
    {
        var reader = Person.At(server, Email);
        await Letterbox.Wait(server, reader, 1, "welcome");
        return await Letterbox.Wait(server, reader, 1, "reset-password");
    }
}
