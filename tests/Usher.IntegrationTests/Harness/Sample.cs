using System.Text.Json;
using System.Text.Json.Nodes;
using Usher.Testing;

namespace Usher.IntegrationTests.Harness;

/// <summary>Bodies that are right as they stand, to be made wrong in one place.</summary>
internal static class Sample
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>A word that nobody else uses, so that a list can be narrowed to one test's own events.</summary>
    public static string Word() => $"w{Random.Shared.NextInt64():x}";

    /// <summary>Texts that have broken programs, as other people collected them.</summary>
    public static async Task<string[]> NaughtyStrings() =>
        JsonSerializer.Deserialize<string[]>(await File.ReadAllTextAsync(Path.Combine(DataSets.Directory(), "blns.json")))!;

    public static DateTimeOffset InDays(double days) =>
        DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().AddDays(days).ToUnixTimeSeconds());

    public static JsonObject Account(params (string Name, object? Value)[] changes)
    {
        var word = Word();
        return new JsonObject { ["username"] = word, ["email"] = $"{word}@example.com", ["password"] = Person.Password }.With(changes);
    }

    public static JsonObject Event(params (string Name, object? Value)[] changes) => new JsonObject
    {
        ["name"] = $"Evening {Word()}",
        ["date"] = InDays(60).ToString("O"),
        ["location"] = "Small Hall",
        ["totalCapacity"] = 100,
    }.With(changes);

    public static JsonObject TicketType(params (string Name, object? Value)[] changes) => new JsonObject
    {
        ["name"] = "Seat",
        ["price"] = 12.5m,
        ["quantityAvailable"] = 50,
    }.With(changes);

    public static JsonObject With(this JsonObject body, params (string Name, object? Value)[] changes)
    {
        foreach (var (name, value) in changes)
            body[name] = value is JsonNode node ? node.DeepClone() : JsonSerializer.SerializeToNode(value, Web);
        return body;
    }

    public static JsonObject Without(this JsonObject body, params string[] names)
    {
        foreach (var name in names)
            body.Remove(name);
        return body;
    }
}
