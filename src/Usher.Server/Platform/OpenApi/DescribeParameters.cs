using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.OpenApi;

/// <summary>The parameters of a request.</summary>
internal static class DescribeParameters
{
    public static OpenApiParameter Of(QueryParameter parameter, OpenApiDocument document)
    {
        var value = One(parameter, document);
        var defaultValue = parameter.Default is null ? null : JsonSerializer.SerializeToNode(parameter.Default);
        IOpenApiSchema schema = parameter.Repeats ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = value, Default = defaultValue } : value;
        if (!parameter.Repeats && value is OpenApiSchema own)
            own.Default = defaultValue;
        else if (!parameter.Repeats && value is OpenApiSchemaReference reference && defaultValue is not null)
            reference.Default = defaultValue;
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description + (parameter.Aliases is null ? "" : $" Also accepted as {string.Join(", ", parameter.Aliases.Select(a => $"`{a}`"))}."),
            Schema = schema,
            Explode = !parameter.Repeats,
        };
    }

    public static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    /// <summary>The enumerations that parameters refer to.</summary>
    public static async Task AddChoices(OpenApiDocument document, OpenApiDocumentTransformerContext context, IEnumerable<QueryParameters> queries, CancellationToken cancellationToken)
    {
        foreach (var choice in queries.SelectMany(query => query.Known).Select(p => p.Values).OfType<Choice>().DistinctBy(c => c.Schema))
            // Also if a response has added it already: if the framework meets the type first as a member, the schema gets the member's
            // description.
            document.Components!.Schemas![choice.Schema] = choice.Enum is { } values
                ? await context.GetOrCreateSchemaAsync(values, cancellationToken: cancellationToken)
                : new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. choice.Values.Select(v => (JsonNode)v)] };
    }

    private static IOpenApiSchema One(QueryParameter parameter, OpenApiDocument document) => parameter.Values is { } choice
        ? new OpenApiSchemaReference(choice.Schema, document)
        : new OpenApiSchema
        {
            Type = parameter.Type switch
            {
                "integer" => JsonSchemaType.Integer,
                "number" => JsonSchemaType.Number,
                "boolean" => JsonSchemaType.Boolean,
                _ => JsonSchemaType.String,
            },
            Format = parameter.Format,
            Minimum = parameter.Least?.ToString(CultureInfo.InvariantCulture),
            Maximum = parameter.Most?.ToString(CultureInfo.InvariantCulture),
            MaxLength = parameter.MaxLength,
        };
}
