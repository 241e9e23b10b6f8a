using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Usher.IntegrationTests.Deploy;

/// <summary>A compose file as compose reads it: variables put in, what is shared laid beneath. Every value is a text.</summary>
internal sealed partial class ComposeFile
{
    private ComposeFile(JsonObject root, IReadOnlyDictionary<string, string> variables) => (Root, Variables) = (root, variables);

    public JsonObject Root { get; }

    /// <summary>The variables it asks for, with what stands for those that nobody set.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    public IEnumerable<Service> Services => Root["services"]!.AsObject().Select(service => new Service(service.Key, service.Value!.AsObject()));

    public Service this[string name] => Services.Single(service => service.Name == name);

    public static ComposeFile Read(string name, params (string Name, string Value)[] variables)
    {
        var text = Repository.Read(name);
        var asked = new Dictionary<string, string>();
        foreach (var variable in Variable().Matches(text).Cast<Match>())
        {
            if (!asked.TryAdd(variable.Groups[1].Value, variable.Groups[2].Value))
                Assert.Equal(asked[variable.Groups[1].Value], variable.Groups[2].Value);
        }
        var filled = Variable().Replace(text, variable =>
            variables.Where(set => set.Name == variable.Groups[1].Value).Select(set => set.Value).FirstOrDefault() ?? variable.Groups[2].Value);
        var yaml = new DeserializerBuilder().Build().Deserialize<object>(new MergingParser(new Parser(new StringReader(filled))));
        return new(Convert(yaml)!.AsObject(), asked);
    }

    /// <summary>Reads any YAML, such as a workflow.</summary>
    public static JsonNode Yaml(string file) => Convert(new DeserializerBuilder().Build().Deserialize<object>(Repository.Read(file)))!;

    private static JsonNode? Convert(object? yaml) => yaml switch
    {
        Dictionary<object, object?> map => new JsonObject(map.Select(member => KeyValuePair.Create((string)member.Key, Convert(member.Value)))),
        List<object?> list => new JsonArray([.. list.Select(Convert)]),
        _ => yaml is null ? null : JsonValue.Create((string)yaml),
    };

    /// <summary>With a value for when it is not set, so that no <c>.env</c> is needed.</summary>
    [GeneratedRegex(@"\$\{(\w+):-([^}]*)\}")]
    private static partial Regex Variable();

    internal sealed record Service(string Name, JsonObject Node)
    {
        /// <summary>Whether it is the program itself.</summary>
        public bool IsUsher => Node["build"] is not null;

        public string Image => Node["image"]!.GetValue<string>();

        public string[] Command => Texts("command");

        public string[] Volumes => Texts("volumes");

        public string[] Ports => Texts("ports");

        public IEnumerable<(string Key, string Value)> Environment =>
            (Node["environment"]?.AsObject() ?? []).Select(one => (one.Key, one.Value?.GetValue<string>() ?? ""));

        /// <summary>The secret, and the file it is in the container.</summary>
        public IEnumerable<(string Secret, string Target)> Secrets => (Node["secrets"]?.AsArray() ?? []).Select(one => one is JsonObject named
            ? (named["source"]!.GetValue<string>(), named["target"]!.GetValue<string>())
            : (one!.GetValue<string>(), $"/run/secrets/{one}"));

        public IEnumerable<(string Service, string Condition)> DependsOn =>
            (Node["depends_on"]?.AsObject() ?? []).Select(one => (one.Key, one.Value!["condition"]!.GetValue<string>()));

        public IEnumerable<string> Networks => Node["networks"] switch
        {
            JsonArray names => names.Select(name => name!.GetValue<string>()),
            JsonObject names => names.Select(name => name.Key),
            _ => [],
        };

        public string? AddressIn(string network) => (Node["networks"] as JsonObject)?[network]?["ipv4_address"]?.GetValue<string>();

        public string[]? HealthCommand => Node["healthcheck"]?["test"]?.AsArray().Select(word => word!.GetValue<string>()).ToArray();

        public int Replicas => int.Parse(Node["deploy"]?["replicas"]?.GetValue<string>() ?? "1", null);

        private string[] Texts(string member) => [.. (Node[member]?.AsArray() ?? []).Select(one => one!.GetValue<string>())];
    }
}
