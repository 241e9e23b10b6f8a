using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.Client;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.OpenApi;
using Usher.IntegrationTests.Trust;

namespace Usher.IntegrationTests.Clients;

/// <summary>The typed client, method by method and member by member, against the OpenAPI document of the server.</summary>
public sealed class ClientContractTests(Servers servers)
{
    /// <summary>What the client leaves to others: a browser, a health check, a stream without an end, the second method for the same thing.</summary>
    private static readonly string[] LeftOut = ["Home", "Live", "Ready", "GetJwks", "WatchAvailability", "CancelEventByPost", "ConfirmBookingByPost", "CancelBookingByPost"];

    private static readonly MethodInfo[] Methods =
        [.. typeof(UsherClient).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => m.ReturnType.IsAssignableTo(typeof(Task)))];

    [Fact]
    public async Task Every_operation_has_a_method_of_its_name_that_asks_for_it()
    {
        var document = await Document();
        var operations = Operations(document);
        Assert.Equal(operations.Keys.Except(LeftOut).Order(StringComparer.Ordinal), Methods.Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.Empty(LeftOut.Except(operations.Keys));
        foreach (var method in Methods)
        {
            var (verb, path, operation) = operations[method.Name];
            using var heard = new Listener();
            using var http = new HttpClient(heard) { BaseAddress = new Uri("http://usher.example") };
            using var client = new UsherClient(http);
            await Call(method, client);
            Assert.Equal((method.Name, verb), (method.Name, heard.Method));
            Assert.Matches($"^{Regex.Replace(path, @"\{[^}]+\}", "[^/]+")}$", heard.Path);

            var parameters = operation["parameters"]?.AsArray().Select(p => p!).ToList() ?? [];
            var inQuery = parameters.Where(p => p["in"]!.GetValue<string>() == "query").Select(p => p["name"]!.GetValue<string>());
            // A table instead of the list is another type than the method has.
            Assert.Equal((method.Name, string.Join(' ', inQuery.Except(["format"]).Order())), (method.Name, string.Join(' ', heard.Query.Order())));
            // An account shows no version that could be sent back.
            if (method.Name != "ChangeMe")
                Assert.Equal((method.Name, parameters.Any(p => p["name"]!.GetValue<string>() == "If-Match")), (method.Name, heard.Headers.Contains("If-Match")));
            Assert.Equal((method.Name, parameters.Any(p => p["name"]!.GetValue<string>() == "Idempotency-Key")), (method.Name, heard.Headers.Contains("Idempotency-Key")));
            Assert.True(heard.HasBody || operation["requestBody"]?["required"]?.GetValue<bool>() != true, $"{method.Name} sends no body.");
            if (heard.HasBody)
                Assert.NotNull(operation["requestBody"]);
        }
    }

    [Fact]
    public async Task Its_types_are_the_schemas_of_the_document()
    {
        var document = await Document();
        var api = new ApiDocument(document.AsObject());
        var compared = 0;
        foreach (var method in Methods)
        {
            var operation = Operations(document)[method.Name].Operation;
            var success = operation["responses"]!.AsObject().First(r => r.Key[0] == '2').Value!["content"]?.AsObject().First().Value!["schema"];
            if (method.ReturnType.IsGenericType)
                Same(method.Name, method.ReturnType.GetGenericArguments()[0], success!.AsObject());
            var request = method.GetParameters().Select(p => p.ParameterType).SingleOrDefault(t => t.Name.EndsWith("Request", StringComparison.Ordinal));
            if (request is not null)
                Same($"{method.Name} request", request, operation["requestBody"]!["content"]!.AsObject().First().Value!["schema"]!.AsObject());
        }
        Assert.True(compared > 300, $"Only {compared} members were compared.");

        void Same(string where, Type type, JsonObject schema)
        {
            schema = api.Resolve(schema);
            type = Nullable.GetUnderlyingType(type) ?? type;
            // An object of anything.
            if (type == typeof(JsonNode))
                return;
            var expected = type switch
            {
                { IsEnum: true } => "string",
                _ when type == typeof(bool) => "boolean",
                _ when type == typeof(int) || type == typeof(long) => "integer",
                _ when type == typeof(decimal) || type == typeof(double) => "number",
                _ when type == typeof(string) || type == typeof(Guid) || type == typeof(DateTimeOffset) || type == typeof(DateTime) || type == typeof(DateOnly) => "string",
                _ when ItemOf(type) is not null => "array",
                _ => "object",
            };
            Assert.Equal((where, expected), (where, ApiDocument.TypeOf(schema, unlessSaid: schema["enum"] is null ? "object" : "string")));
            if (type.IsEnum)
                Assert.Equal((where, string.Join(' ', Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))), (where, string.Join(' ', schema["enum"]!.AsArray().Where(e => e is not null).Select(e => e!.GetValue<string>()))));
            if (ItemOf(type) is { } item)
            {
                Assert.True(schema["items"] is JsonObject, $"{where}: of what is this a list? {schema}");
                Same($"{where}[]", item, schema["items"]!.AsObject());
            }
            if (expected != "object" || type.IsAssignableTo(typeof(System.Collections.IEnumerable)) || schema["properties"] is null)
                return;
            var members = type.GetProperties();
            Assert.Equal((where, string.Join(' ', schema["properties"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal))),
                (where, string.Join(' ', members.Select(NameOf).Order(StringComparer.Ordinal))));
            foreach (var member in members)
            {
                compared++;
                var property = schema["properties"]![NameOf(member)]!.AsObject();
                if (!where.Contains("request", StringComparison.Ordinal))
                    Assert.Equal(($"{where}.{member.Name} may be null", MayBeNull(property)), ($"{where}.{member.Name} may be null", MayBeNull(member)));
                Same($"{where}.{member.Name}", member.PropertyType, property);
            }
        }
    }

    private async Task<JsonNode> Document() => (await new Person(await servers.Shared(Engine.Sqlite)).Get("openapi/v1.json")).Expect(200).Json!;

    private static Dictionary<string, (string Method, string Path, JsonNode Operation)> Operations(JsonNode document) => OpenApiTests.Operations(document)
        .ToDictionary(one => one.Operation["operationId"]!.GetValue<string>(), one => (one.Method, one.Path, one.Operation));

    private static string NameOf(PropertyInfo member) => JsonNamingPolicy.CamelCase.ConvertName(member.Name);

    private static Type? ItemOf(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static bool MayBeNull(PropertyInfo member) => new NullabilityInfoContext().Create(member).ReadState == NullabilityState.Nullable;

    private static bool MayBeNull(JsonObject schema) => (schema["oneOf"] ?? schema["anyOf"]) is JsonArray ways
        ? ways.Any(way => way!["type"]?.ToString() == "null")
        : schema["type"] is JsonArray types && types.Any(t => t!.GetValue<string>() == "null");

    /// <summary>With something for every parameter, so that each shows where it goes.</summary>
    private static async Task Call(MethodInfo method, UsherClient client)
    {
        var given = method.GetParameters().Select(p => Sample(p.ParameterType)).ToArray();
        await (Task)method.Invoke(client, given)!;
    }

    private static object? Sample(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(CancellationToken) => CancellationToken.None,
            _ when type == typeof(Guid) => Guid.CreateVersion7(),
            _ when type == typeof(string) => "a b",
            _ when type == typeof(JsonObject) => new JsonObject(),
            _ when type == typeof(EventFile) => EventFile.Csv("name"),
            _ when type == typeof(IReadOnlyList<string>) => (string[])["a", "b"],
            { IsValueType: true } => Activator.CreateInstance(type),
            _ when type.IsAssignableTo(typeof(Query)) => Filled(type),
            _ => System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type),
        };

        static object Filled(Type type)
        {
            var query = Activator.CreateInstance(type)!;
            foreach (var member in type.GetProperties().Where(m => m.CanWrite))
                member.SetValue(query, Sample(member.PropertyType));
            return query;
        }
    }

    /// <summary>A server that hears one request and has nothing to say.</summary>
    private sealed class Listener : HttpMessageHandler
    {
        public string Method { get; private set; } = "";
        public string Path { get; private set; } = "";
        public string[] Query { get; private set; } = [];
        public string[] Headers { get; private set; } = [];
        public bool HasBody { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (Method, Path) = (request.Method.Method, request.RequestUri!.AbsolutePath);
            Query = [.. request.RequestUri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0])];
            Headers = [.. request.Headers.Select(h => h.Key)];
            HasBody = request.Content is not null;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}", Encoding.UTF8, "application/json") });
        }
    }
}
