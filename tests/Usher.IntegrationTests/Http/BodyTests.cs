using System.Text;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Http;

/// <summary>Bodies that are not what they should be. None of them is ever a 500.</summary>
public sealed class BodyTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task What_is_no_JSON_object_is_malformed(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        string[] bodies =
        [
            "", " ", "{", "}", "{}x", "{}{}", "null", "[]", "[{}]", "5", "\"text\"", "true", "{\"name\":}", "{name:1}", "{'name':'x'}", "{\"name\":\"x\",}", "// comment\n{}", "{\"name\":01}",
            "{\"name\":NaN}", "{\"name\":\"a\tb\"}", "{\"name\":\"\\x41\"}", "\u0000", "name=x", "<name>x</name>", "{\"name\":\"x\"", "{\"a\":1e}",
        ];
        foreach (var path in (string[])["api/events", "api/bookings", "api/auth/register", "api/auth/login", "api/auth/refresh"])
            foreach (var body in bodies)
            {
                var reply = await organizer.Post(path, body);
                Assert.True((int)reply.Status == 400 && reply.Code == "malformed_request", $"{path} {body}: {reply.Text}");
            }
        ConventionTests.AssertProblem(await organizer.Post("api/events", "{"));
        (await organizer.Patch("api/me", "{")).Expect(400, "malformed_request");
        (await organizer.Put($"api/events/{Guid.CreateVersion7()}", "[")).Expect(400, "malformed_request");
    }

    /// <summary>So do the clients that NSwag generates leave a body out.</summary>
    [Theory, OnBothEngines]
    public async Task A_body_that_may_be_left_out_may_be_null(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var show = await organizer.Announce();
        var held = (await organizer.Book(show, hold: true)).Expect(201)["id"];
        (await organizer.Put($"api/bookings/{held}/confirm", "nul")).Expect(400, "malformed_request");
        Assert.Equal("confirmed", (await organizer.Put($"api/bookings/{held}/confirm", "null")).Expect(200)["status"].GetValue<string>());
        Assert.Equal("cancelled", (await organizer.Put($"api/bookings/{held}/cancel", " null\n")).Expect(200)["status"].GetValue<string>());
        (await organizer.Put($"api/events/{show.Id}", "null")).Expect(400, "malformed_request");
        (await organizer.Put($"api/events/{show.Id}/cancel", "null")).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task A_member_that_comes_twice_is_malformed(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var body in (string[])["""{"name":"a","name":"b"}""", """{"name":"a","n\u0061me":"b"}""", """{"x":{"y":1,"y":2}}""", """{"ticketTypes":[{"price":1,"price":2}]}"""])
            (await organizer.Post("api/events", body)).Expect(400, "malformed_request");
        (await organizer.Patch("api/me", """{"displayName":"a","displayName":"b"}""")).Expect(400, "malformed_request");
        // Another case is another member, and one nobody knows.
        (await organizer.Post("api/events", Sample.Event(("Name", "x"), ("NAME", 5)))).Expect(201);
    }

    [Theory, OnBothEngines]
    public async Task Every_wrong_type_is_named_at_once(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        (await organizer.Post("api/events", new
        {
            name = 5,
            date = true,
            location = new { },
            totalCapacity = "10",
            latitude = "1",
            publication = 3,
            tags = "a",
            ticketTypes = new object[] { 5, new { name = 1, price = "2", quantityAvailable = 1.5 } },
        })).ExpectErrors("validation_failed", "name", "date", "location", "totalCapacity", "latitude", "publication", "tags",
            "ticketTypes[0]", "ticketTypes[1].name", "ticketTypes[1].price", "ticketTypes[1].quantityAvailable");
        (await organizer.Post("api/bookings", new { eventId = 5, ticketTypeId = "no-id", quantity = "2", hold = "yes" }))
            .ExpectErrors("validation_failed", "eventId", "ticketTypeId", "quantity", "hold");
    }

    [Theory, OnBothEngines]
    public async Task A_number_is_a_number(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var number in (string[])["\"2\"", "true", "[2]", "2.5", "1e400", "-0.5", "99999999999999999999", "{}"])
            (await organizer.Post("api/events", Sample.Event(("totalCapacity", "@")).ToJsonString().Replace("\"@\"", number, StringComparison.Ordinal))).ExpectErrors("validation_failed", "totalCapacity");
        foreach (var number in (string[])["\"12\"", "1e400", "-1e400", "null", "false"])
            (await organizer.Post($"api/events/{(await organizer.Announce()).Id}/ticket-types", Sample.TicketType(("price", "@")).ToJsonString().Replace("\"@\"", number, StringComparison.Ordinal)))
                .ExpectErrors("validation_failed", "price");
    }

    [Theory, OnBothEngines]
    public async Task A_number_without_a_fraction_is_an_integer(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        string Body(string number) => Sample.Event(("totalCapacity", "@"), ("maxPerBooking", "@"), ("ticketTypes", new System.Text.Json.Nodes.JsonArray(Sample.TicketType(("quantityAvailable", "@"), ("sortOrder", "@")))))
            .ToJsonString().Replace("\"@\"", number, StringComparison.Ordinal);
        foreach (var (number, value) in ((string, int)[])[("20.0", 20), ("2e1", 20), ("200000.0", 200_000), ("2.0e2", 200), ("200E-1", 20)])
        {
            var created = (await organizer.Post("api/events", Body(number))).Expect(201);
            Assert.Equal((value, value, value, value), (created["totalCapacity"].GetValue<int>(), created["maxPerBooking"].GetValue<int>(),
                created["ticketTypes"][0]!["quantityTotal"]!.GetValue<int>(), created["ticketTypes"][0]!["sortOrder"]!.GetValue<int>()));
            Assert.Equal(value + 1, (await organizer.Patch($"api/events/{created["id"]}", $"{{\"totalCapacity\":{value + 1}.0}}")).Expect(200)["totalCapacity"].GetValue<int>());
        }
        foreach (var number in (string[])["2.5", "2.0000000001", "1e-1", "1e400", "1e99999999999", "3e9"])
            (await organizer.Post("api/events", Body(number))).ExpectErrors("validation_failed", "totalCapacity", "maxPerBooking", "ticketTypes[0].quantityAvailable", "ticketTypes[0].sortOrder");

        var show = await organizer.Announce();
        string Order(string quantity) => $$"""{"eventId":"{{show.Id}}","items":[{"ticketTypeId":"{{show.Types[0]}}","quantity":{{quantity}}}]}""";
        var booked = (await buyer.Post("api/bookings", Order("2.0"), ("Idempotency-Key", "two"))).Expect(201);
        Assert.Equal(2, booked["items"][0]!["quantity"]!.GetValue<int>());
        // As it was parsed, and not as it was written.
        foreach (var again in (string[])["2", "2e0", "20E-1"])
            Assert.Equal(booked.Text, (await buyer.Post("api/bookings", Order(again), ("Idempotency-Key", "two"))).Expect(201).Text);
        (await buyer.Post("api/bookings", Order("2.5"))).ExpectErrors("validation_failed", "items[0].quantity");
    }

    [Theory, OnBothEngines]
    public async Task A_body_of_a_Windows_tool_is_a_body(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        async Task<Reply> Send(string method, string path, byte[] bytes, string type)
        {
            using var body = new ByteArrayContent(bytes);
            body.Headers.TryAddWithoutValidation("Content-Type", type);
            return await organizer.Send(method, path, body);
        }
        byte[] mark = [0xEF, 0xBB, 0xBF], json = Encoding.UTF8.GetBytes(Sample.Event().ToJsonString());
        foreach (var type in (string[])["application/json", "application/json; charset=utf8", "application/json;charset=UTF8", "application/json; charset=\"utf8\"", "application/json; charset=\"Utf-8\""])
            (await Send("POST", "api/events", [.. mark, .. json], type)).Expect(201);
        (await Send("PATCH", "api/me", [.. mark, .. "{\"displayName\":\"Ann\"}"u8], "application/merge-patch+json; charset=utf8")).Expect(200);
        (await Send("POST", "api/auth/login", [.. mark, .. Encoding.UTF8.GetBytes($$"""{"email":"{{organizer.Email}}","password":"{{Person.Password}}"}""")], "application/json")).Expect(200);
        foreach (var broken in (byte[][])[mark, [.. mark, .. mark, .. json], [0xEF, 0xBB, .. json], [.. json, .. mark], [0xFF, 0xFE, .. json]])
            (await Send("POST", "api/events", broken, "application/json")).Expect(400, "malformed_request");
        foreach (var type in (string[])["application/json; charset=utf-16", "application/json; charset=utf88", "application/json; charset=iso-8859-1"])
            (await Send("POST", "api/events", json, type)).Expect(415, "unsupported_media_type");

        var show = await organizer.Announce();
        var held = (await organizer.Book(show, hold: true)).Expect(201);
        (await Send("PUT", $"api/bookings/{held["id"]}/confirm", mark, "application/json")).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Texts_that_cannot_be_stored_are_refused(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var text in (string[])["a\\u0000b", "a\\ud800b", "\\udc00", "a\\udfff\\ud83d"])
            foreach (var member in (string[])["name", "description", "location", "city", "category", "date", "timeZone", "currency", "imageUrl"])
                (await organizer.Post("api/events", Sample.Event((member, "@@")).ToJsonString().Replace("@@", text, StringComparison.Ordinal))).ExpectErrors("validation_failed", member);
        var nested = Sample.Event(("tags", new[] { "fine", "@@" })).ToJsonString();
        (await organizer.Post("api/events", nested.Replace("@@", "a\\u0000", StringComparison.Ordinal))).ExpectErrors("validation_failed", "tags[1]");
        Assert.InRange((int)(await organizer.Post("api/events", Sample.Event(("zzz", "@@")).ToJsonString().Replace("@@", "a\\u0000\\ud800", StringComparison.Ordinal))).Status, 201, 400);
        (await organizer.Post("api/events", Sample.Event().ToJsonString().Replace("\"name\"", "\"a\\u0000\\ud800\":1,\"name\"", StringComparison.Ordinal))).Expect(400, "malformed_request");
        foreach (var path in (string[])["api/auth/login", "api/bookings", "api/auth/refresh"])
            (await organizer.Post(path, """{"x":{"\ud800":1}}""")).Expect(400);
        (await organizer.Patch("api/me", """{"\ud800":1}""")).Expect(400, "malformed_request");

        using var brokenUtf8 = new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        brokenUtf8.Headers.ContentType = new("application/json");
        (await organizer.Post("api/events", brokenUtf8)).Expect(400);
    }

    [Theory, OnBothEngines]
    public async Task Of_thousands_of_wrong_members_fifty_are_named_at_once(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var wrong in (string[])["\"\\ud800\"", "5", "{}"])
            foreach (var member in (string[])["tags", "ticketTypes", "unheardOf"])
            {
                var since = System.Diagnostics.Stopwatch.StartNew();
                var reply = await organizer.Post("api/events", $"{{\"{member}\":[{string.Join(',', Enumerable.Repeat(wrong, 25_000))}]}}");
                reply.Expect(400, "validation_failed");
                Assert.InRange(reply.ErrorPaths.Count, 1, 150);
                Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), $"{member} of {wrong} took {since.Elapsed}.");
            }
        (await organizer.Post("api/events", """{"a.b":"\ud800","c[0]":{"d e":["\ud800"]}}""")).ExpectErrors("validation_failed", "a.b", "c[0].d e[0]", "name", "date", "location", "totalCapacity");
    }

    [Theory, OnBothEngines]
    public async Task Deep_nesting_is_malformed(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var depth in (int[])[40, 10_000])
        {
            (await organizer.Post("api/events", $$"""{"name":{{new string('[', depth)}}{{new string(']', depth)}}}""")).Expect(400, "malformed_request");
            (await organizer.Patch("api/me", $$"""{"x":{{new string('[', depth)}}{{new string(']', depth)}}}""")).Expect(400, "malformed_request");
        }
        (await organizer.Post("api/events", Sample.Event(("x", "@")).ToJsonString().Replace("\"@\"", $"{new string('[', 20)}{new string(']', 20)}", StringComparison.Ordinal))).Expect(201);
    }

    [Theory, OnBothEngines]
    public async Task A_body_has_64_KiB_an_event_256(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        (await organizer.Post("api/auth/login", Padded(64 * 1024))).Expect(400, "validation_failed");
        (await organizer.Post("api/auth/login", Padded((64 * 1024) + 1))).Expect(413, "payload_too_large");
        (await organizer.Post("api/bookings", Padded((64 * 1024) + 1))).Expect(413, "payload_too_large");
        (await organizer.Patch("api/me", Padded((64 * 1024) + 1))).Expect(413, "payload_too_large");
        (await organizer.Post("api/events", Padded(256 * 1024))).Expect(400, "validation_failed");
        (await organizer.Post("api/events", Padded((256 * 1024) + 1))).Expect(413, "payload_too_large");
        (await organizer.Put($"api/events/{Guid.CreateVersion7()}", Padded((256 * 1024) + 1))).Expect(413, "payload_too_large");
        ConventionTests.AssertProblem(await organizer.Post("api/events", Padded((256 * 1024) + 1)));

        using var chunked = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(Padded(65 * 1024))));
        chunked.Headers.ContentType = new("application/json");
        (await organizer.Send("POST", "api/bookings", chunked, ("Transfer-Encoding", "chunked"))).Expect(413, "payload_too_large");

        static string Padded(int bytes) => $$"""{"x":"{{new string('x', bytes - 8)}}"}""";
    }

    [Theory, OnBothEngines]
    public async Task Another_content_type_is_refused(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var type in (string?[])["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense", null])
            foreach (var path in (string[])["api/events", "api/bookings", "api/auth/login", "api/auth/register"])
            {
                using var body = new ByteArrayContent("{}"u8.ToArray());
                if (type is not null)
                    body.Headers.TryAddWithoutValidation("Content-Type", type);
                ConventionTests.AssertProblem((await organizer.Post(path, body)).Expect(415, "unsupported_media_type"));
            }
        foreach (var (header, value) in ((string, string)[])[
            ("Content-Type", "application/json; charset=utf-16"), ("Content-Type", "application/json; charset=klingon"), ("Content-Encoding", "gzip"), ("Content-Encoding", "identity, br")])
            foreach (var path in (string[])["api/events", "api/bookings"])
            {
                using var body = new ByteArrayContent("{}"u8.ToArray());
                body.Headers.TryAddWithoutValidation(header, value);
                body.Headers.TryAddWithoutValidation("Content-Type", header == "Content-Type" ? [] : ["application/json"]);
                ConventionTests.AssertProblem((await organizer.Post(path, body)).Expect(415, "unsupported_media_type"));
            }
        foreach (var type in (string[])["application/json", "application/json; charset=utf-8", "application/json; charset=\"UTF-8\"", "APPLICATION/JSON"])
        {
            using var body = new ByteArrayContent("{}"u8.ToArray());
            body.Headers.TryAddWithoutValidation("Content-Type", type);
            (await organizer.Post("api/events", body)).Expect(400, "validation_failed");
        }
    }

    [Theory, OnBothEngines]
    public async Task Odd_requests_never_break_anything(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        foreach (var value in (string[])["%", "'", "\"", "\\", "%25", "😀", "\u202E", "a\u0301", "1;DROP TABLE events", "{\"$gt\":0}", "../..", "<script>", "NULL", "-1", "1e309", "９", "\ufffd", "\ufffe"])
            foreach (var name in (string[])["q", "name", "location", "city", "category", "dateFrom", "minPrice", "currency", "status", "organizerId", "sortBy", "page", "limit", "nothing"])
            {
                var reply = await organizer.Get($"api/events?{name}={Uri.EscapeDataString(value)}");
                Assert.True((int)reply.Status is 200 or 400, $"{name}={value}: {reply.Text}");
            }
        foreach (var (name, value) in ((string, string)[])[("If-Match", "W/\"1\""), ("If-Match", ","), ("If-None-Match", "\"\u0001"), ("If-Match", "1"), ("Accept", "image/png"), ("Accept", "nonsense"), ("Accept-Language", "xx"), ("X-Forwarded-For", "::1, 'x"), ("X-Request-Id", "mine\tother")])
            Assert.InRange((int)(await organizer.Patch($"api/events/{show.Id}", "{}", (name, value))).Status, 200, 412);
    }
}
