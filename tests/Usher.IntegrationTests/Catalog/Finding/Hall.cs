using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>A city of one test's own: its events are found by it, and nobody else's.</summary>
internal sealed record Hall(Person Owner, string City)
{
    public static async Task<Hall> Open(Servers servers, Engine engine) => new(await Person.Organizer(await servers.Shared(engine)), Sample.Word());

    public async Task<Show> Announce(params (string Name, object? Value)[] changes)
    {
        var reply = (await Owner.Post("api/events", Sample.Event(("city", City)).With(changes))).Expect(201);
        return new Show(reply["id"].GetValue<Guid>(), [.. reply["ticketTypes"].AsArray().Select(type => type!["id"]!.GetValue<Guid>())], reply);
    }

    public Task<Reply> Get(string query) => new Person(Owner.Server).Get($"api/events?city={City}&{query}".TrimEnd('&'));

    public async Task<JsonArray> List(string query) => (await Get(query)).Expect(200)["data"].AsArray();

    public async Task<string[]> Names(string query) => [.. (await List(query)).Select(e => e!["name"]!.GetValue<string>())];

    public async Task Finds(string query, int count)
    {
        var reply = (await Get(query)).Expect(200);
        Assert.True(count == reply["data"].AsArray().Count && count == reply["pagination"]["totalItems"]!.GetValue<int>(), $"{query}: expected {count}, got {reply.Text}");
    }

    public async Task FindsOnly(string query, params Show[] shows)
    {
        var found = (await List(query)).Select(e => e!["id"]!.GetValue<Guid>()).Order();
        Assert.True(found.SequenceEqual(shows.Select(show => show.Id).Order()), $"{query}: {string.Join(' ', found)}");
    }

    public async Task Refuses(string query, string parameter) => (await Get(query)).ExpectErrors("invalid_parameter", parameter);
}
