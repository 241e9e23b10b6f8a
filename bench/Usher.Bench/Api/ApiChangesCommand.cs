using System.Text.Json.Nodes;
using Usher.Testing;

namespace Usher.Bench.Api;

/// <summary>Says what of one document of the API is broken by another.</summary>
internal static class ApiChangesCommand
{
    /// <returns>1 when something is, and the major version is the same.</returns>
    public static int Run(Arguments arguments)
    {
        var (before, after) = (Read(arguments, "before"), Read(arguments, "after"));
        var breaking = ApiChanges.Breaking(before, after);
        foreach (var change in breaking)
            Console.Out.WriteLine(change);
        var allowed = ApiChanges.IsNewMajor(before, after);
        Console.Out.WriteLine($"{breaking.Count} breaking changes{(breaking.Count > 0 && allowed ? ", in a new major version" : "")}");
        return breaking.Count == 0 || allowed ? 0 : 1;
    }

    private static JsonObject Read(Arguments arguments, string name)
    {
        var file = arguments.Text(name) ?? throw new UsageException($"--{name} FILE is missing.");
        return JsonNode.Parse(File.ReadAllText(file))!.AsObject();
    }
}
