using System.Text.Json.Nodes;

namespace Usher.IntegrationTests.Trust;

/// <summary>That what answers are checked with would say so.</summary>
public sealed class SchemasTests
{
    private static readonly JsonObject Document = JsonNode.Parse("""
        {"components":{"schemas":{
          "Thing":{"type":"object","required":["id","size"],"properties":{
            "id":{"type":"string","format":"uuid"},"size":{"type":"integer","format":"int32","minimum":1,"maximum":9},"at":{"type":["null","string"],"format":"date-time"},"kind":{"enum":["a","b",null]},
            "name":{"type":"string","minLength":2,"maxLength":3,"pattern":"^[a-z]+$"},"part":{"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/Part"}]},"parts":{"type":"array","maxItems":2,"items":{"$ref":"#/components/schemas/Part"}},"counts":{"type":"object","additionalProperties":{"type":"number"}}}},
          "Part":{"type":"object","properties":{"on":{"type":"boolean"}}},
          "Odd":{"type":"string","unevaluatedItems":false}}}}
        """)!.AsObject();

    private static readonly Schemas Schemas = new(Document);

    [Theory]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":9,"at":null,"kind":null,"name":"ab","part":null,"parts":[{"on":true},{}],"counts":{"x":1.5}}""", null)]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1.0,"at":"2030-05-01T10:00:00.000Z","part":{"on":false}}""", null)]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001"}""", "$.size is missing")]
    [InlineData("""{"id":"0199d6a25c0070008000000000000001","size":1}""", "$.id is")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1.5}""", "$.size is Number, not")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":10}""", "$.size is 10, above 9")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":"1"}""", "$.size is String, not")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":null}""", "$.size is null, not")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"at":"2030-05-01T10:00:00"}""", "$.at is")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"kind":"c"}""", "$.kind is \"c\", none of")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"name":"a"}""", "$.name is shorter than 2")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"name":"abcd"}""", "$.name is longer than 3")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"name":"AB"}""", "$.name does not match")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"part":{"on":1}}""", "$.part.on is Number")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"parts":[{},{"on":null}]}""", "$.parts[1].on is null")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"parts":[{},{},{}]}""", "$.parts has 3 items")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"counts":{"x":"1"}}""", "$.counts.x is String")]
    [InlineData("""{"id":"0199d6a2-5c00-7000-8000-000000000001","size":1,"surprise":1}""", "$.surprise is not described")]
    [InlineData("[]", "$ is Array, not")]
    public void What_a_schema_does_not_allow_is_named(string json, string? fault)
    {
        var faults = Schemas.Faults(JsonNode.Parse(json), Schemas.Named("Thing")).ToList();
        if (fault is null)
            Assert.Empty(faults);
        else
            Assert.Contains(faults, one => one.StartsWith(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_known_here_is_no_proof() =>
        Assert.Contains(Schemas.Faults("x", Schemas.Named("Odd")), one => one.Contains("unevaluatedItems", StringComparison.Ordinal));
}
