using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.Accounts;

/// <summary>All data that the server keeps about a person.</summary>
/// <param name="ExportedAt">Time of the export. All its data is from one moment close to this time.</param>
/// <param name="Data">The data by area: account, bookings, events, mails, reports.</param>
public sealed record ExportResponse(DateTimeOffset ExportedAt, IReadOnlyDictionary<string, JsonNode?> Data);

internal static class ExportMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/me/export", Methods.Read, Handle)
        .WithName("ExportMe").WithSummary("Export your data")
        .WithDescription("Returns your account and sessions, your bookings, an organizer's events and reports, and the mails that were sent. The server stores the password and " +
            "tokens only as hashes, so the export does not include them. You must have signed in less than ten minutes ago, so that a stolen token alone does not " +
            "give access to all of this. Each account can have one export at a time. Further requests wait.")
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

/// <summary>Writes the export row by row into a file, because its length is unbounded.</summary>
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
