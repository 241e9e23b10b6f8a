using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.OpenApi;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog;

internal sealed partial class ImportEvents
{
    private const long Limit = 64 * 1024 * 1024;

    private static readonly QueryParameters Parameters = new(new QueryParameter("dryRun", "true checks the file and imports nothing.", "boolean", Default: false));

    private static readonly Dictionary<string, ImportFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["application/x-ndjson"] = ImportFormat.JsonLines,
        ["text/csv"] = ImportFormat.Csv,
    };

    private static readonly Dictionary<string, bool> YesOrNo = new() { ["true"] = true, ["false"] = false };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/events/import", Handle)
        .WithName("ImportEvents").WithSummary("Import events from a file")
        .WithDescription("All rows or none. As JSON lines, each line is the body of a new event. As CSV, a header names the same members; tags are joined by `|`, " +
            "ticketTypes too, each as `name:price:quantity`. Problems are keyed by row, counted from 1, such as `rows[17].date`: the first 1,000. At most 64 MiB.")
        .WithMetadata(new RequestSizeLimitAttribute(Limit)).WithQuery(Parameters)
        .Refuses(Problems.ValidationFailed, Problems.MalformedRequest, Problems.UnsupportedMediaType, Problems.PayloadTooLarge, Problems.EmailNotVerified)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = Formats.Keys.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = DescribeOperation.File() }),
            };
            return Task.CompletedTask;
        });

    private static async Task<Results<Ok<ImportResponse>, Problem>> Handle(
        Caller caller, HttpContext context, UsherDb db, IDatabaseEngine engine, DatabaseClock clock, IOptions<CatalogOptions> options, VerifiedEmail verified,
        ILogger<ImportEvents> log, CancellationToken cancellationToken)
    {
        var dryRun = Parameters.Read(context.Request).OneOf("dryRun", YesOrNo) ?? false;
        if (FormatOf(context.Request) is not { } format)
            return new Problem(Problems.UnsupportedMediaType, $"Send the file as {string.Join(" or ", Formats.Keys)}, in UTF-8 and not compressed.");

        await using var file = await Spool(context.Request.Body, cancellationToken);
        var import = new EventImport(db, engine, context.RequestServices, options.Value.DefaultCurrency);
        var now = clock.Now;
        var (rows, problem) = await import.Check(file, format, caller.UserId, now, cancellationToken);
        if (problem is not null)
            return problem;
        if (import.Publishes && await verified.Refuse(caller, db, cancellationToken) is { } unverified)
            return unverified;
        if (!dryRun)
        {
            await import.Write(file, format, caller.UserId, now, cancellationToken);
            Log.Imported(log, rows, caller.UserId);
        }
        return TypedResults.Ok(new ImportResponse(dryRun ? 0 : rows, dryRun, rows));
    }

    private static ImportFormat? FormatOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && Formats.TryGetValue(type.MediaType.ToString(), out var format) && JsonBody.IsPlainUtf8(request) ? format : null;

    /// <summary>The client may be slow: nothing waits for it but this file, which goes with its handle.</summary>
    private static async Task<FileStream> Spool(Stream body, CancellationToken cancellationToken)
    {
        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        try
        {
            await body.CopyToAsync(file, cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    internal static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Events} events imported for {UserId}")]
        public static partial void Imported(ILogger log, int events, Guid userId);
    }
}

/// <param name="Imported">How many events there are now that were not before: none on a dry run.</param>
/// <param name="Rows">How many the file has.</param>
public sealed record ImportResponse(int Imported, bool DryRun, int Rows);
