using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Validation;
using Microsoft.OpenApi;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.OpenApi;

/// <summary>Corrects what the framework does not derive from a type.</summary>
internal static class DescribeSchema
{
    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // Custom converters hide the JSON type from the exporter.
        var type = context.JsonTypeInfo.Type;
        var nullable = context.JsonPropertyInfo?.IsSetNullable == true || context.JsonPropertyInfo?.IsGetNullable == true ? JsonSchemaType.Null : 0;
        if (type == typeof(string) && schema.Type is null)
            schema.Type = JsonSchemaType.String | nullable;
        if (context.JsonTypeInfo.ElementType == typeof(string) && context.JsonTypeInfo.Kind == JsonTypeInfoKind.Enumerable)
            schema.Items ??= new OpenApiSchema { Type = JsonSchemaType.String };
        if ((type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?)) && schema.Type is null)
            (schema.Type, schema.Format) = (JsonSchemaType.String | (type == typeof(DateTimeOffset?) ? JsonSchemaType.Null : 0), "date-time");
        // A local time has no offset, but RFC 3339's date-time has one; this is the name in the format registry.
        if (type == typeof(DateTime))
            schema.Format = "date-time-local";
        // The member states whether it may be null.
        if (schema.Enum is { } values && (Nullable.GetUnderlyingType(type) ?? type).IsEnum)
        {
            schema.Enum = [.. values.Where(value => value is not null && value.GetValueKind() != System.Text.Json.JsonValueKind.Null)];
            schema.Type = JsonSchemaType.String;
        }
        // Validation rules determine the required members, not the constructor.
        if (type.IsDefined(typeof(ValidatableTypeAttribute), inherit: false))
            schema.Required = context.JsonTypeInfo.Properties
                .Where(p => p.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: false) == true).Select(p => p.Name).ToHashSet();
        if (type.IsAssignableTo(typeof(IChange)))
            schema.Required = null;
        if (context.JsonPropertyInfo?.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: false) == true)
            schema.Type &= ~JsonSchemaType.Null;
        return Task.CompletedTask;
    }

    /// <summary>Defaults belong to new resources only.</summary>
    public static void ForgetDefaultsOfChanges(OpenApiDocument document, IEnumerable<BodyOf> bodies)
    {
        foreach (var change in bodies.Select(body => body.Type).Where(type => type.IsAssignableTo(typeof(IChange))))
            foreach (var member in document.Components!.Schemas![change.Name].Properties!.Values)
                Forget(member);

        static void Forget(IOpenApiSchema member)
        {
            if (member is OpenApiSchemaReference reference)
                reference.Default = null;
            else if (member is OpenApiSchema schema)
                schema.Default = null;
            foreach (var way in member is OpenApiSchema { OneOf: { } ways } ? ways : [])
                Forget(way);
        }
    }
}
