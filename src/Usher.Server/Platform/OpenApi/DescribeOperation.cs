using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.OpenApi;

/// <summary>Writes the metadata of an endpoint into the document: query, files, access, and every problem that it can return.</summary>
internal sealed class DescribeOperation : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        bool Has<T>() => metadata.OfType<T>().Any();
        var (method, document) = (context.Description.HttpMethod!, context.Document!);
        operation.Responses ??= [];
        operation.Parameters ??= [];

        if (metadata.OfType<BodyOf>().LastOrDefault() is { } body && Examples.Of(body.Type) is { } example)
            foreach (var content in operation.RequestBody!.Content!.Values.OfType<OpenApiMediaType>())
                content.Example = example;
        foreach (var parameter in metadata.OfType<QueryParameters>().LastOrDefault()?.Known ?? [])
            operation.Parameters.Add(DescribeParameters.Of(parameter, document));
        foreach (var path in operation.Parameters.OfType<OpenApiParameter>().Where(p => p.In == ParameterLocation.Path))
            path.Description ??= path.Name switch
            {
                "booking" => "ID or code of the booking.",
                "user" => "ID of the user, or `me`.",
                _ => "UUID of 36 characters.",
            };

        if (Has<TakesIdempotencyKey>())
            operation.Parameters.Add(DescribeParameters.Header("Idempotency-Key", "1 to 255 visible ASCII characters. You can repeat the request with the same key, and the server carries it out once."));
        if (method == "GET" && Has<HasETag>())
        {
            // For a file, only the header mentions it: beside a 304, Kiota takes a response without JSON for none.
            if (!Has<AnswersFile>())
                operation.Responses["304"] = new OpenApiResponse { Description = "The resource still has the ETag in `If-None-Match`." };
            operation.Parameters.Add(DescribeParameters.Header("If-None-Match", "ETag of an earlier response. The server returns 304 if it is still current."));
        }
        if (method is "PUT" or "PATCH" or "DELETE" && metadata.OfType<Refusals>().LastOrDefault()?.Problems.Contains(Problems.PreconditionFailed) == true)
            operation.Parameters.Add(DescribeParameters.Header("If-Match", "ETag of the version that you read. The server returns 412 if the resource has been edited since."));

        if (Has<Creates>() && operation.Responses.Remove("200", out var made))
            operation.Responses["201"] = made;
        if (operation.Responses.TryGetValue("200", out var success) && success.Content is { } contents)
        {
            if (Has<AlsoAnswersCsv>())
                contents["text/csv"] = new OpenApiMediaType();
            foreach (var (type, content) in contents)
                if (type != "application/json" && content is OpenApiMediaType file)
                    file.Schema = File();
        }

        // Also written if nothing is required, because a missing entry could inherit from the document.
        var anonymous = Has<IAllowAnonymous>();
        operation.Security = anonymous ? [] : [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(OpenApiModule.Bearer, document)] = [] }];
        AddProblems(operation, document, anonymous, metadata);
        DescribeHeaders.AddTo(operation, metadata, method, document);
        return Task.CompletedTask;
    }

    /// <summary>Binary content: a generated client gets a file or a stream, not a decoded text.</summary>
    public static OpenApiSchema File() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static void AddProblems(OpenApiOperation operation, OpenApiDocument document, bool anonymous, IList<object> metadata)
    {
        var problems = metadata.OfType<Refusals>().SelectMany(r => r.Problems).ToList();
        if (operation.RequestBody is not null)
            problems.AddRange([Problems.ValidationFailed, Problems.MalformedRequest, Problems.PayloadTooLarge, Problems.UnsupportedMediaType]);
        if (metadata.OfType<QueryParameters>().Any())
            problems.AddRange([Problems.UnknownParameter, Problems.InvalidParameter]);
        if (!anonymous)
            problems.AddRange([Problems.Unauthenticated, Problems.TokenExpired]);
        if (metadata.OfType<IAuthorizeData>().Any(a => a.Policy is not null))
            problems.Add(Problems.RoleMayNot);
        problems.AddRange([Problems.RateLimited, Problems.InternalError, Problems.Unavailable]);

        // Every operation has it by default.
        operation.Responses!.Remove("500");
        foreach (var ofStatus in problems.Distinct().GroupBy(p => p.Status).OrderBy(g => g.Key))
        {
            // A description by the operation itself takes precedence.
            operation.Responses.TryAdd(ofStatus.Key.ToString(CultureInfo.InvariantCulture), new OpenApiResponse
            {
                Description = string.Join(" · ", ofStatus.Select(p => $"`{p.Code}`: {p.Title}")),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchemaReference(nameof(ProblemResponse), document),
                        Examples = ofStatus.ToDictionary(p => p.Code, p => (IOpenApiExample)new OpenApiExample { Summary = p.Title, Value = Example(p) }),
                    },
                },
            });
        }
    }

    private static JsonObject Example(ProblemType problem) => new()
    {
        ["type"] = $"{ErrorsPage.Address}#{problem.Code}",
        ["title"] = problem.Title,
        ["status"] = problem.Status,
        ["detail"] = problem.Title,
        ["instance"] = "/api/…",
        ["code"] = problem.Code,
        ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
    };
}
