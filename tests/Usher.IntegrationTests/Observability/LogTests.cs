using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Observability;

/// <summary>The log of a server in Production: an object on each line, that says whose request it belongs to.</summary>
[Collection(nameof(Watched))]
public sealed partial class LogTests(Watched watched)
{
    [Theory, OnBothEngines]
    public async Task Every_line_is_an_object_and_names_its_request_and_its_user_by_id(Engine engine)
    {
        var stage = await watched.On(engine);
        var request = stage.Booked.Header("X-Request-Id");
        await Eventually.IsTrue(() => Task.FromResult(Lines(stage, request).Count >= 2));
        var lines = Lines(stage, request);
        var (sold, answered) = (lines[0], lines[^1]);
        Assert.Equal("Usher.Server.Features.BoxOffice.Selling.BoxOffice", sold["SourceContext"]!.GetValue<string>());
        Assert.Equal(stage.Booked["id"].GetValue<string>(), sold["BookingId"]!.GetValue<string>());
        // Serilog has the name EventId for itself.
        Assert.Equal(stage.Show.Id.ToString(), sold["Event"]!.GetValue<string>());
        Assert.Equal(("POST", "/api/bookings", 201), (answered["Method"]!.GetValue<string>(), answered["Route"]!.GetValue<string>(), answered["Status"]!.GetValue<int>()));
        Assert.All(lines, line => Assert.Equal(
            (stage.Buyer.Id.ToString(), Watched.Stage.TraceId), (line["UserId"]!.GetValue<string>(), line["@tr"]!.GetValue<string>())));
        foreach (var field in await Documented())
            Assert.True(answered[field] is not null, $"{field} is documented, and not in {answered}");
    }

    [Theory, OnBothEngines]
    public async Task Who_is_not_let_in_is_noted(Engine engine)
    {
        var stage = await watched.On(engine);
        await Noted((await new Person(stage.Server) { Token = "nonsense" }.Get("api/me")).Expect(401), "No access with a token that is not one of ours");
        await Noted((await new Person(stage.Server).Get("api/me")).Expect(401), "No access without a good token");
        await Noted((await stage.Buyer.Delete($"api/events/{stage.Show.Id}")).Expect(403, "role_not_allowed"), "is not for this caller");
        var rival = await Person.Organizer(stage.Server);
        await Noted((await rival.Delete($"api/events/{stage.Show.Id}")).Expect(403, "forbidden"), "is not for this caller", rival);
        await Noted((await new Person(stage.Server).Post("api/auth/login", new { email = "nobody@example.org", password = "wrong horse battery" })).Expect(401), "A log-in failed");

        async Task Noted(Reply reply, string text, Person? by = null)
        {
            await Eventually.IsTrue(() => Task.FromResult(Lines(stage, reply.Header("X-Request-Id")).Exists(line => line["@m"]!.GetValue<string>().Contains(text, StringComparison.Ordinal)
                && (by is null || line["UserId"]?.GetValue<string>() == by.Id.ToString()))));
        }
    }

    /// <summary>All that was written about a request. What is written by others, such as the runtime, is not about one.</summary>
    private static List<JsonNode> Lines(Watched.Stage stage, string? request) =>
        [.. stage.Server.Output.Where(line => line.Contains(request!, StringComparison.Ordinal)).Select(line => JsonNode.Parse(line)!).Where(line => line["RequestId"]?.GetValue<string>() == request)];

    /// <summary>The fields that the guide promises of the line of a request.</summary>
    private static async Task<List<string>> Documented()
    {
        var fields = Field().Matches(await File.ReadAllTextAsync(Repository.PathOf("docs/run/telemetry.md"))).Select(row => row.Groups[1].Value).ToList();
        Assert.True(fields.Count > 8);
        return fields;
    }

    [GeneratedRegex(@"^\| `(@?[A-Za-z]+)` \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex Field();
}
