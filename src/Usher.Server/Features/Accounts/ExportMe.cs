using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>All that is kept about a person.</summary>
/// <param name="ExportedAt">Everything here is of one moment about then.</param>
/// <param name="Data">By where it comes from: account, bookings, events, mails, reports.</param>
public sealed record ExportResponse(DateTimeOffset ExportedAt, IReadOnlyDictionary<string, JsonNode?> Data);

internal static class ExportMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/me/export", Methods.Read, Handle)
        .WithName("ExportMe").WithSummary("All that is kept about you")
        .WithDescription("Account and sessions, bookings, the events and reports of an organizer, and the mails that were sent. The password and tokens are kept as hashes only, and are not in it. " +
            "Sign in again for it, unless you did less than ten minutes ago: a token that was stolen shall not be worth all of this.")
        .Refuses(Problems.ReauthenticationRequired);

    private static async Task<Results<Ok<ExportResponse>, Problem>> Handle(
        Caller caller, RecentSignIn recent, UsherDb db, IDatabaseEngine engine, DatabaseClock clock, IEnumerable<IPersonalData> parts, CancellationToken cancellationToken)
    {
        if (!await recent.Is(caller, db, cancellationToken))
            return recent.Refusal;
        await using var snapshot = await engine.BeginSnapshot(db, cancellationToken);
        var data = new Dictionary<string, JsonNode?>();
        foreach (var part in parts)
            data[part.Name] = await part.Export(caller.UserId, db, cancellationToken);
        return TypedResults.Ok(new ExportResponse(clock.Now, data));
    }
}
