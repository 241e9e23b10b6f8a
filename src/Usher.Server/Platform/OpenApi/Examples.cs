using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Validation;
using Microsoft.OpenApi;

namespace Usher.Server.Platform.OpenApi;

/// <summary>An example for each request, by the name of its type: what can be pasted and works on the demo data.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string> ByType = new()
    {
        ["RegisterRequest"] = """{ "username": "ada", "email": "ada@example.org", "password": "correct horse battery", "role": "attendee" }""",
        ["LogInRequest"] = """{ "email": "ada@example.org", "password": "correct horse battery" }""",
        ["RefreshRequest"] = """{ "refreshToken": "the newest one of the session" }""",
        ["ForgotPasswordRequest"] = """{ "email": "ada@example.org" }""",
        ["ResetPasswordRequest"] = """{ "token": "what stands behind the # of the link", "newPassword": "plum orchard violin" }""",
        ["VerifyEmailRequest"] = """{ "token": "what stands behind the # of the link" }""",
        ["ChangePasswordRequest"] = """{ "currentPassword": "correct horse battery", "newPassword": "plum orchard violin" }""",
        ["ChangeMeRequest"] = """{ "displayName": "Ada", "timeZone": "Europe/Vienna" }""",
        ["BeginSecondFactorRequest"] = """{ "password": "correct horse battery" }""",
        ["ConfirmSecondFactorRequest"] = """{ "code": "492039" }""",
        ["RenewRecoveryCodesRequest"] = """{ "password": "correct horse battery", "code": "492039" }""",
        ["TurnOffSecondFactorRequest"] = """{ "password": "correct horse battery", "code": "k4fq-2m7x-ytpb-a5dn" }""",
        ["EraseMeRequest"] = """{ "password": "correct horse battery" }""",
        ["BookTicketsRequest"] = """{ "eventId": "0199d6a2-5c00-7000-8000-000000000001", "ticketTypeId": "0199d6a2-5c00-7000-8000-000000000002", "quantity": 2 }""",
        ["ConfirmBookingRequest"] = """{ "payment": { "token": "tok_ok" } }""",
        ["CancelBookingRequest"] = """{ "reason": "We cannot come." }""",
        ["CreateEventRequest"] = """
            { "name": "An evening of strings", "date": "2027-03-12T19:30", "timeZone": "Europe/Vienna", "location": "Small Hall, Vienna", "totalCapacity": 250,
              "category": "music", "ticketTypes": [ { "name": "Seat", "price": 28.5, "quantityAvailable": 200 } ] }
            """,
        ["ChangeEventRequest"] = """{ "description": "With an interval of 20 minutes.", "totalCapacity": 300 }""",
        ["CancelEventRequest"] = """{ "reason": "The singer has lost her voice." }""",
        ["ChangeTicketTypeRequest"] = """{ "price": 14.5, "quantityTotal": 60 }""",
        ["CreateTicketTypeRequest"] = """{ "name": "Standing", "price": 12, "quantityAvailable": 50 }""",
    };

    public static Task Add(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // Converters of our own hide from the exporter what they read and write.
        var type = context.JsonTypeInfo.Type;
        var nullable = context.JsonPropertyInfo?.IsSetNullable == true || context.JsonPropertyInfo?.IsGetNullable == true ? JsonSchemaType.Null : 0;
        if (type == typeof(string) && schema.Type is null)
            schema.Type = JsonSchemaType.String | nullable;
        if (context.JsonTypeInfo.ElementType == typeof(string) && context.JsonTypeInfo.Kind == JsonTypeInfoKind.Enumerable)
            schema.Items ??= new OpenApiSchema { Type = JsonSchemaType.String };
        if ((type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?)) && schema.Type is null)
            (schema.Type, schema.Format) = (JsonSchemaType.String | (type == typeof(DateTimeOffset?) ? JsonSchemaType.Null : 0), "date-time");
        // A time by the event's own clock has no offset, and RFC 3339's date-time has one: this is its name in the registry of formats.
        if (type == typeof(DateTime))
            schema.Format = "date-time-local";
        // Whether a member may be null is said where the member is.
        if (schema.Enum is { } values && (Nullable.GetUnderlyingType(type) ?? type).IsEnum)
            schema.Enum = [.. values.Where(value => value is not null && value.GetValueKind() != System.Text.Json.JsonValueKind.Null)];
        // What a request must have is what its rules require, not what its constructor takes.
        if (type.IsDefined(typeof(ValidatableTypeAttribute), inherit: false))
            schema.Required = context.JsonTypeInfo.Properties
                .Where(p => p.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: false) == true).Select(p => p.Name).ToHashSet();
        if (context.JsonPropertyInfo?.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: false) == true)
            schema.Type &= ~JsonSchemaType.Null;
        if (context.JsonPropertyInfo is null && ByType.TryGetValue(context.JsonTypeInfo.Type.Name, out var example))
            schema.Examples = [JsonNode.Parse(example)!];
        return Task.CompletedTask;
    }
}
