using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

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
            "Sign in again for it, unless you did less than ten minutes ago: a token that was stolen shall not be worth all of this. " +
            "One at a time for each account; the next ones wait.")
        .Refuses(Problems.ReauthenticationRequired, Problems.Overloaded);

    private static async Task<Results<ExportResult, Problem>> Handle(
        Caller caller, RecentSignIn recent, UsherDb db, DatabaseClock clock, IEnumerable<IPersonalData> parts, CancellationToken cancellationToken)
    {
        if (!await recent.Is(caller, db, cancellationToken))
            return RecentSignIn.Refusal;
        return new ExportResult(caller, async (file, gone) =>
        {
            await using var snapshot = await db.BeginSnapshot(gone);
            await using var json = new Utf8JsonWriter(file, new() { Encoder = StrictJson.Options.Encoder });
            json.WriteStartObject();
            json.WritePropertyName("exportedAt");
            JsonSerializer.Serialize(json, clock.Now, StrictJson.Options);
            json.WriteStartObject("data");
            foreach (var part in parts)
            {
                json.WritePropertyName(part.Name);
                await part.Export(caller.UserId, db, json, gone);
                await json.FlushAsync(gone);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}

/// <summary>Written row by row into a file: an export is as long as a person has been here.</summary>
internal sealed class ExportResult(Caller caller, Func<FileStream, CancellationToken, Task> write) : IResult, IEndpointMetadataProvider
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (downloads, gone) = (httpContext.RequestServices.GetRequiredService<Downloads>(), httpContext.RequestAborted);
        using var place = await downloads.BeginExport(caller, gone);
        await using var file = SpoolFile.Open();
        using (await downloads.Compose(gone))
            await write(file, gone);
        await Downloads.Send(httpContext, file, "application/json; charset=utf-8");
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(200, typeof(ExportResponse), ["application/json"]));
}
