using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.OpenApi;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog.Importing;

internal sealed partial class ImportEvents
{
    private const long Limit = 64 * 1024 * 1024;

    private static readonly QueryParameters Parameters = new(new QueryParameter("dryRun", "`true` checks the file and imports nothing.", "boolean", Default: false));

    private static readonly Dictionary<string, ImportFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["application/x-ndjson"] = ImportFormat.JsonLines,
        ["text/csv"] = ImportFormat.Csv,
    };

    private static readonly Dictionary<string, bool> YesOrNo = new() { ["true"] = true, ["false"] = false };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/events/import", Handle)
        .WithName("ImportEvents").WithSummary("Import events from a file")
        .WithDescription("Imports all rows or none. In JSON lines, each line is the body of a new event. In CSV, a header names the same fields, and `,`, `;` or a tab " +
            "separates the columns. Separate tags by `|`. Separate ticketTypes by `|` too, each as `name:price:quantity`. Errors are keyed by row, counted from 1, " +
            "such as `rows[17].date`. The response lists the first 1,000 errors. A file can have at most 64 MiB. With an `Idempotency-Key`, you can send the same " +
            "file again without importing it twice. A dry run needs no key.")
        .WithMetadata(new RequestSizeLimitAttribute(Limit)).WithQuery(Parameters).TakesIdempotencyKey()
        .Refuses(Problems.IdempotencyInProgress, Problems.ValidationFailed, Problems.MalformedRequest, Problems.UnsupportedMediaType, Problems.PayloadTooLarge, Problems.EmailNotVerified)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = Formats.Keys.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = DescribeOperation.File() }),
            };
            return Task.CompletedTask;
        });

    private static async Task<Results<Ok<ImportResponse>, FirstAnswer, Problem>> Handle(
        Caller caller, HttpContext context, UsherDb db, DatabaseClock clock, IOptions<CatalogOptions> options, VerifiedEmail verified,
        ImportTurns turns, TimeProvider time, ILogger<ImportEvents> log, CancellationToken cancellationToken)
    {
        var dryRun = Parameters.Read(context.Request).OneOf("dryRun", YesOrNo) ?? false;
        if (FormatOf(context.Request) is not { } format)
            return new Problem(Problems.UnsupportedMediaType, $"Send the file as {string.Join(" or ", Formats.Keys)} in UTF-8, without compression.");
        // Errors of the key are reported before the file is uploaded.
        var sent = IdempotencyKey.Read(context);
        using var turn = turns.TryEnter();
        if (turn is null)
            return new Problem(Problems.Overloaded, "Other imports are running at the moment.") { RetryAfterSeconds = 10 };

        await using var file = SpoolFile.Open();
        var hash = await Spool(context.Request.Body, file, TimeSpan.FromSeconds(options.Value.ImportBodySeconds), time, cancellationToken);
        var key = IdempotencyKey.Claim(sent, caller.UserId, "import_events", new { hash, format, dryRun });
        using var running = turns.Begin(key);
        if (running is null)
            return new Problem(Problems.IdempotencyInProgress) { RetryAfterSeconds = 5 };
        if (await db.FindAnswer(key, cancellationToken) is { } known)
            return Again(known);

        var import = new EventImport(db, context.RequestServices, options.Value.DefaultCurrency);
        var now = clock.Now;
        async Task<Problem?> Refuse() => import.Publishes ? await verified.Refuse(caller, db, cancellationToken) : null;
        void Settle(Change change, int rows)
        {
            if (key is not null)
                change.Settle(key, Guid.CreateVersion7(now), FirstAnswer.Of(new ImportResponse(rows, DryRun: false, rows)));
        }
        try
        {
            var (rows, problem) = dryRun
                ? await import.Check(file, format, caller.UserId, now, cancellationToken)
                : await import.Import(file, format, caller.UserId, now, Refuse, Settle, cancellationToken);
            if ((problem ?? (dryRun ? await Refuse() : null)) is { } no)
                return no;
            if (!dryRun)
                Log.Imported(log, rows, caller.UserId);
            return TypedResults.Ok(new ImportResponse(dryRun ? 0 : rows, dryRun, rows));
        }
        catch (DbUpdateException beaten) when (key is not null && db.Engine.ViolatedKey(beaten) is not null)
        {
            db.ChangeTracker.Clear();
            return Again(await db.FindAnswer(key, cancellationToken) ?? throw new InvalidOperationException("The key was there, and has gone.", beaten));
        }
    }

    private static Results<Ok<ImportResponse>, FirstAnswer, Problem> Again(IResult known) => known is FirstAnswer first ? first : (Problem)known;

    private static ImportFormat? FormatOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && Formats.TryGetValue(type.MediaType.ToString(), out var format) && JsonBody.IsPlainUtf8(request) ? format : null;

    /// <summary>Receives the file of a client that may be slow: nothing else waits for it, and there is a time limit.</summary>
    /// <returns>Hash of the file.</returns>
    private static async Task<string> Spool(Stream body, FileStream file, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await body.ReadAsync(buffer, either.Token) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), either.Token);
            }
            // The rest of the buffer needs space too.
            await file.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The file came too slowly.", StatusCodes.Status408RequestTimeout);
        }
        file.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    internal static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Events} events imported for {UserId}")]
        public static partial void Imported(ILogger log, int events, Guid userId);
    }
}

/// <param name="Imported">Number of events that were created. 0 on a dry run.</param>
/// <param name="Rows">Number of rows in the file.</param>
public sealed record ImportResponse(int Imported, bool DryRun, int Rows);
