namespace Usher.Server.Platform.Http;

/// <summary>Metadata of an endpoint, for the OpenAPI document and for the checks that use it.</summary>
internal static class EndpointConventions
{
    /// <summary>Problems specific to this operation; those of all operations are added automatically.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ProblemType[] problems) =>
        endpoint.WithMetadata(new Refusals(problems));

    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder endpoint, QueryParameters parameters) => endpoint.WithMetadata(parameters);

    public static RouteHandlerBuilder TakesEventBody(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new BodyLimit(HttpModule.EventBodyLimit));

    /// <summary>Success is a 201 with the address of the new resource.</summary>
    public static RouteHandlerBuilder Creates(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new Creates());

    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new TakesIdempotencyKey()).Refuses(Problems.IdempotencyKeyInvalid, Problems.IdempotencyKeyReused, Problems.Overloaded, Problems.RateLimited);

    /// <summary>Success is a file with an ETag.</summary>
    public static RouteHandlerBuilder AnswersFile(this RouteHandlerBuilder endpoint, string contentType) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(200, typeof(string), [contentType]), new HasETag(), new AnswersFile());

    public static RouteHandlerBuilder AnswersTable(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(200, typeof(string), ["text/csv"]), new AnswersFile()).Refuses(Problems.Overloaded);

    public static RouteHandlerBuilder AlsoAnswersCsv(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new AlsoAnswersCsv()).Refuses(Problems.Overloaded);

    private sealed record BodyLimit(long? MaxRequestBodySize) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata;
}

internal sealed record Refusals(IReadOnlyList<ProblemType> Problems);

/// <summary>Marks an endpoint whose success is a 201.</summary>
internal sealed record Creates;

internal sealed record TakesIdempotencyKey;

internal sealed record AnswersFile;

internal sealed record AlsoAnswersCsv;

internal static class Methods
{
    /// <summary>A GET that answers HEAD too.</summary>
    public static readonly string[] Read = ["GET", "HEAD"];
}
