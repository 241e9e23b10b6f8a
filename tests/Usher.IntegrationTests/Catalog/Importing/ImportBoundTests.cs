using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Importing;

/// <summary>How many imports run at once, and how long the file of one may take to arrive.</summary>
public sealed class ImportBoundTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task One_import_more_than_may_run_is_told_to_come_again(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Catalog:ImportsAtOnce", "1"));
        var (slow, other, city) = (await Person.Organizer(server), await Person.Organizer(server), Sample.Word());
        using var wire = await Wire.To(server);
        await wire.Send(Begin(slow));
        await wire.Send(Chunk(Line(city, "First")));
        Reply? refused = null;
        await Eventually.IsTrue(async () => (refused = await Import(other, Line(city, "Refused"), "?dryRun=true")).Status is not System.Net.HttpStatusCode.OK, withinSeconds: 60);
        refused!.Expect(503, "overloaded");
        Assert.Equal("10", refused.Header("Retry-After"));

        await wire.Send(Chunk(""));
        Assert.StartsWith("HTTP/1.1 200 ", await wire.ReadToEnd(withinSeconds: 60), StringComparison.Ordinal);
        (await Import(other, Line(city, "Second"))).Expect(200);
        Assert.Equal(2, (await other.Get($"api/events?city={city}"))["pagination"]["totalItems"]!.GetValue<int>());
    }

    [Theory, OnBothEngines]
    public async Task A_file_that_comes_too_slowly_is_given_up_and_the_next_has_its_turn(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Catalog:ImportsAtOnce", "1"), ("Catalog:ImportBodySeconds", "0.5"));
        var (organizer, city) = (await Person.Organizer(server), Sample.Word());
        using var wire = await Wire.To(server);
        await wire.Send(Begin(organizer));
        await wire.Send(Chunk(Line(city, "Never whole")));
        Assert.StartsWith("HTTP/1.1 408 ", await wire.ReadToEnd(withinSeconds: 60), StringComparison.Ordinal);
        (await Import(organizer, Line(city, "Whole"))).Expect(200);
        Assert.Equal(1, (await organizer.Get($"api/events?city={city}"))["pagination"]["totalItems"]!.GetValue<int>());
    }

    private static string Begin(Person person) =>
        $"POST /api/events/import HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {person.Token}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static string Line(string city, string name) => Sample.Event(("city", city), ("name", name)).ToJsonString() + "\n";

    private static async Task<Reply> Import(Person person, string line, string query = "")
    {
        using var content = new StringContent(line, System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/x-ndjson"));
        return await person.Post($"api/events/import{query}", content);
    }
}
