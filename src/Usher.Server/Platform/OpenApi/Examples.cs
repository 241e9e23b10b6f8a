using System.Text.Json.Nodes;

namespace Usher.Server.Platform.OpenApi;

/// <summary>An example for each request type, ready to paste, and valid for the demo data.</summary>
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
        ["UndoEmailChangeRequest"] = """{ "token": "what stands behind the # of the link" }""",
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

    /// <summary>A new node each time, because a node can have only one parent.</summary>
    public static JsonNode? Of(Type type) => ByType.TryGetValue(type.Name, out var example) ? JsonNode.Parse(example) : null;
}
