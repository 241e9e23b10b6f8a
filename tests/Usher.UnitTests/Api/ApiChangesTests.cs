using System.Text.Json.Nodes;
using Usher.Testing;
using Xunit;

namespace Usher.UnitTests.Api;

/// <summary>What a client would notice is said; what it would not, is not.</summary>
public sealed class ApiChangesTests
{
    private const string Document = """
        {
          "info": { "version": "1.0" },
          "paths": {
            "/things": {
              "get": {
                "parameters": [{ "in": "query", "name": "sort", "schema": { "type": "string", "enum": ["name", "date"] } }],
                "responses": { "200": { "content": { "application/json": { "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } } } } }, "404": {} }
              },
              "head": { "responses": { "200": {} } },
              "post": {
                "security": [{ "bearer": [] }],
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/NewThing" } } } },
                "responses": { "201": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } }
              }
            }
          },
          "components": { "schemas": {
            "Thing": { "type": "object", "required": ["id", "state"], "properties": {
              "id": { "type": "string", "format": "uuid" }, "state": { "type": "string", "enum": ["open", "closed"] }, "price": { "type": "number" },
              "parent": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Thing" }] } } },
            "NewThing": { "type": "object", "required": ["name"], "properties": {
              "name": { "type": ["string", "null"], "maxLength": 20 }, "dry": { "type": "string", "enum": ["true", "false"] }, "count": { "type": "integer", "minimum": 1 }, "kind": { "type": "string", "enum": ["a", "b"] } } }
          } }
        }
        """;

    private const string Things = "paths./things", Thing = "components.schemas.Thing", NewThing = "components.schemas.NewThing";

    public static TheoryData<string, string, string> Broken => new()
    {
        { Things, "null", "GET /things is gone" },
        { Things, "null", "HEAD /things is gone" },
        { $"{Things}.post", "null", "POST /things is gone" },
        { $"{Things}.get.security", """[{ "bearer": [] }]""", "GET /things asks for a token now" },
        { $"{Things}.get.parameters", "[]", "GET /things no longer knows the parameter query sort" },
        { $"{Things}.get.parameters.0.required", "true", "GET /things needs the parameter query sort now" },
        { $"{Things}.get.parameters.0.schema.enum", """["name"]""", "GET /things query sort takes fewer values" },
        { $"{Things}.get.responses.200", "null", "GET /things no longer answers 200" },
        { $"{Things}.get.responses.200.content", """{ "text/csv": {} }""", "GET /things 200 is no longer application/json" },
        { $"{Things}.get.responses.200.content.application/json.schema.type", "\"object\"", "GET /things 200 was array and is object" },
        { $"{Things}.post.requestBody.required", "true", "POST /things needs a body now" },
        { $"{NewThing}.required", """["name", "count"]""", "POST /things body needs count now" },
        { $"{NewThing}.properties.count", "null", "POST /things body no longer has count" },
        { $"{NewThing}.properties.name.type", "\"string\"", "POST /things body.name was string or null and is string" },
        { $"{NewThing}.properties.name.maxLength", "10", "POST /things body.name has a lower maxLength" },
        { $"{NewThing}.properties.name.pattern", "\"a+\"", "POST /things body.name has another pattern" },
        { $"{NewThing}.properties.count.minimum", "2", "POST /things body.count has a higher minimum" },
        { $"{NewThing}.properties.count.maximum", "2", "POST /things body.count has a lower maximum" },
        { $"{NewThing}.properties.kind.enum", """["a"]""", "POST /things body.kind takes fewer values" },
        { $"{NewThing}.properties.count.enum", "[1]", "POST /things body.count takes fewer values" },
        { $"{Thing}.required", """["id"]""", "GET /things 200[] may come without state" },
        { $"{Thing}.properties.price", "null", "GET /things 200[] no longer has price" },
        { $"{Thing}.properties.price.type", """["number", "null"]""", "GET /things 200[].price was number and is number or null" },
        { $"{Thing}.properties.id.format", "\"email\"", "GET /things 200[].id no longer has the format uuid" },
        { $"{Thing}.properties.state.enum", """["open", "closed", "lost"]""", "GET /things 200[].state answers values that were not among its own" },
        { $"{Thing}.properties.state.enum", "null", "GET /things 200[].state answers values that were not among its own" },
        { $"{Thing}.properties.parent.oneOf", """[{ "type": "null" }, { "type": "string" }]""", "GET /things 200[].parent was object or null and is string or null" },
        { $"{Thing}.properties.parent.oneOf", """[{ "$ref": "#/components/schemas/NewThing" }, { "type": "null" }]""", "GET /things 200[].parent no longer has id" },
        { $"{NewThing}.properties.dry.enum", """["true"]""", "POST /things body.dry takes fewer values" },
        { $"{Thing}.properties.parent.oneOf", """[{ "type": "null" }, { "type": "string" }, { "type": "object" }]""", "GET /things 200[].parent has other alternatives" },
    };

    public static TheoryData<string, string> Kept => new()
    {
        { $"{Things}.head", "null" },
        { "paths./others", """{ "get": {} }""" },
        { $"{Things}.delete", "{}" },
        { $"{Things}.post.security", "[]" },
        { $"{Things}.get.parameters.0.schema.enum", """["name", "date", "price"]""" },
        { $"{Things}.get.responses.404", "null" },
        { $"{Things}.get.responses.503", "{}" },
        { $"{NewThing}.properties.more", """{ "type": "string" }""" },
        { $"{NewThing}.properties.count.type", "\"number\"" },
        { $"{NewThing}.properties.name.maxLength", "200" },
        { $"{NewThing}.required", "[]" },
        { $"{Thing}.properties.more", """{ "type": "string" }""" },
        { $"{Thing}.properties.price.type", "\"integer\"" },
        { $"{Thing}.properties.parent", """{ "anyOf": [{ "$ref": "#/components/schemas/Thing" }, { "type": "null" }] }""" },
        { $"{Thing}.properties.state", """{ "enum": ["open", "closed"] }""" },
        { $"{NewThing}.properties.dry", """{ "type": "boolean" }""" },
        { $"{Thing}.properties.state.enum", """["open"]""" },
        { $"{Thing}.required", """["id", "state", "price"]""" },
    };

    [Theory, MemberData(nameof(Broken))]
    public void What_breaks_a_client_is_said(string at, string value, string said) => Assert.Contains(said, ApiChanges.Breaking(Read(), Changed(at, value)));

    [Theory, MemberData(nameof(Kept))]
    public void What_adds_to_it_is_not(string at, string value)
    {
        Assert.NotEqual(Read().ToJsonString(), Changed(at, value).ToJsonString());
        Assert.Empty(ApiChanges.Breaking(Read(), Changed(at, value)));
    }

    [Fact]
    public void The_same_document_breaks_nothing() => Assert.Empty(ApiChanges.Breaking(Read(), Read()));

    [Fact]
    public void A_new_major_version_is_told_from_a_minor_one()
    {
        Assert.True(ApiChanges.IsNewMajor(Read(), Changed("info.version", "\"2.0\"")));
        Assert.False(ApiChanges.IsNewMajor(Read(), Changed("info.version", "\"1.9\"")));
    }

    private static JsonObject Read() => JsonNode.Parse(Document)!.AsObject();

    /// <summary>With another value there; null takes it away.</summary>
    private static JsonObject Changed(string at, string value)
    {
        var document = Read();
        var steps = at.Split('.');
        var owner = steps[..^1].Aggregate((JsonNode)document, (node, step) => node is JsonArray list ? list[int.Parse(step, null)]! : node[step]!);
        if (value == "null")
            owner.AsObject().Remove(steps[^1]);
        else
            owner[steps[^1]] = JsonNode.Parse(value);
        return document;
    }
}
