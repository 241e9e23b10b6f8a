using System.Text.Json.Nodes;

namespace Usher.Server.Platform.OpenApi;

/// <summary>
/// Adapts the document to client generators. They take the first type of a list and the first branch of a oneOf, so null comes last. The
/// siblings of a nullable reference move to the member.
/// </summary>
internal static class DocumentJson
{
    /// <summary>These contain values, not schemas.</summary>
    private static readonly string[] Values = ["default", "enum", "example", "examples"];

    public static void NullLast(JsonNode? node)
    {
        if (node is JsonArray list)
            foreach (var one in list)
                NullLast(one);
        if (node is not JsonObject owner)
            return;
        foreach (var (name, member) in owner.ToList())
            if (name == "type" && member is JsonArray types)
                owner[name] = Last(types, one => one!.GetValue<string>() == "null");
            else if (!Values.Contains(name))
                NullLast(member);
        foreach (var ways in (string[])["oneOf", "anyOf"])
            if (owner[ways] is JsonArray several && several.Any(IsNull))
            {
                foreach (var way in several.OfType<JsonObject>().Where(way => way.ContainsKey("$ref")))
                    foreach (var (beside, said) in way.Where(m => m.Key != "$ref").ToList())
                    {
                        way.Remove(beside);
                        owner[beside] = said;
                    }
                owner[ways] = Last(several, IsNull);
            }
    }

    private static bool IsNull(JsonNode? way) => way is JsonObject schema && schema["type"] is JsonValue type && type.GetValue<string>() == "null";

    private static JsonArray Last(JsonArray list, Func<JsonNode?, bool> isLast)
    {
        var all = list.ToList();
        list.Clear();
        return [.. all.Where(one => !isLast(one)), .. all.Where(isLast)];
    }
}
