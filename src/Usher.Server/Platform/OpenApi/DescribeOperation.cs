using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Limits;

namespace Usher.Server.Platform.OpenApi;

/// <summary>Writes into the document what an endpoint says of itself: its body, its query, who may, and every problem it can have.</summary>
internal sealed class DescribeOperation : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        T? Find<T>() where T : class => metadata.OfType<T>().LastOrDefault();
        var method = context.Description.HttpMethod;
        var isRead = method is "GET" or "HEAD";
        operation.Responses ??= [];
        operation.Parameters ??= [];

        if (method == "HEAD")
        {
            operation.OperationId += "Head";
            operation.Summary += " (headers only)";
        }
        if (Find<BodyOf>() is { } body)
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = Find<BodyIsOptional>() is null,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [method == "PATCH" ? "application/merge-patch+json" : "application/json"] =
                        new() { Schema = await Component(body.Type, context, cancellationToken) },
                },
            };
        foreach (var parameter in Find<QueryParameters>()?.Known ?? [])
            operation.Parameters.Add(Describe(parameter));
        foreach (var path in operation.Parameters.OfType<OpenApiParameter>().Where(p => p.In == ParameterLocation.Path))
            path.Description ??= path.Name switch
            {
                "booking" => "Id or code of the booking.",
                "user" => "Id of the user, or `me`.",
                _ => "UUID of 36 characters.",
            };

        var takesKey = Find<TakesIdempotencyKey>() is not null;
        if (takesKey)
            operation.Parameters.Add(HeaderParameter("Idempotency-Key", "1 to 255 visible ASCII characters: the request can be repeated with it and is done once."));
        var tagged = Find<HasETag>() is not null;
        if (isRead && tagged)
            operation.Responses["304"] = new OpenApiResponse { Description = "It is still as the ETag in `If-None-Match` says." };
        if (isRead && tagged)
            operation.Parameters.Add(HeaderParameter("If-None-Match", "The ETag of an earlier answer; 304 if it is still so."));
        var edits = method is "PUT" or "PATCH" or "DELETE" && Find<Refusals>()?.Problems.Contains(Problems.PreconditionFailed) == true;
        if (edits)
            operation.Parameters.Add(HeaderParameter("If-Match", "The ETag that was read; 412 if someone has edited it since."));

        if (Find<Creates>() is not null && operation.Responses.Remove("200", out var success))
            operation.Responses["201"] = success;
        foreach (var status in (string[])["200", "201"])
            if (operation.Responses.TryGetValue(status, out var shown) && shown is OpenApiResponse response)
                DescribeSuccess(response, status, tagged, takesKey);

        if (Find<AlsoAnswersCsv>() is not null && operation.Responses.TryGetValue("200", out var table))
            table.Content!["text/csv"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

        var anonymous = Find<IAllowAnonymous>() is not null;
        if (!anonymous)
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(OpenApiModule.Bearer, context.Document)] = [] }];
        await AddProblems(operation, context, anonymous, metadata, cancellationToken);
    }

    /// <summary>Each type once, by its name.</summary>
    private static async Task<IOpenApiSchema> Component(Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Document!.Components?.Schemas?.ContainsKey(type.Name) != true)
            context.Document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, cancellationToken: cancellationToken));
        return new OpenApiSchemaReference(type.Name, context.Document);
    }

    private static void DescribeSuccess(OpenApiResponse response, string status, bool tagged, bool takesKey)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        if (tagged)
            response.Headers["ETag"] = Header("Edit version and a stamp of what else is shown.");
        if (status == "201")
            response.Headers["Location"] = Header("The address of what was made.");
        DescribeLimit(response.Headers);
        if (takesKey)
            response.Headers["Idempotency-Replayed"] = Header("`true` when this is the first answer again.");
    }

    private static void DescribeLimit(IDictionary<string, IOpenApiHeader> headers)
    {
        headers[LimitsModule.PolicyHeader] = Header("How many requests of this kind (`q`) may be made in how many seconds (`w`).");
        headers[LimitsModule.LimitHeader] = Header("How many of them are left (`r`), and in how many seconds the window ends (`t`).");
    }

    private static async Task AddProblems(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, bool anonymous, IList<object> metadata, CancellationToken cancellationToken)
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

        var schema = await Component(typeof(ProblemResponse), context, cancellationToken);
        foreach (var ofStatus in problems.Distinct().GroupBy(p => p.Status).OrderBy(g => g.Key))
        {
            // What the operation says of a status itself is said.
            if (operation.Responses!.ContainsKey(ofStatus.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)))
                continue;
            var response = new OpenApiResponse
            {
                Description = string.Join(" · ", ofStatus.Select(p => $"`{p.Code}`: {p.Title}")),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new()
                    {
                        Schema = schema,
                        Examples = ofStatus.ToDictionary(p => p.Code, p => (IOpenApiExample)new OpenApiExample { Summary = p.Title, Value = Example(p) }),
                    },
                },
                Headers = new Dictionary<string, IOpenApiHeader>(),
            };
            if (ofStatus.Key is 429 or 503)
                response.Headers["Retry-After"] = Header("Seconds after which trying again makes sense.");
            if (ofStatus.Key == 429)
                DescribeLimit(response.Headers);
            if (ofStatus.Key == 401)
                response.Headers["WWW-Authenticate"] = Header("`Bearer`, with the reason.");
            operation.Responses![ofStatus.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = response;
        }
    }

    private static OpenApiParameter Describe(QueryParameter parameter)
    {
        var item = new OpenApiSchema
        {
            Type = parameter.Type switch
            {
                "integer" => JsonSchemaType.Integer,
                "number" => JsonSchemaType.Number,
                "boolean" => JsonSchemaType.Boolean,
                _ => JsonSchemaType.String,
            },
            Enum = parameter.Values is null ? null : [.. parameter.Values.Select(v => (JsonNode)v)],
            Format = parameter.Format,
            Minimum = parameter.Least?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Maximum = parameter.Most?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            MaxLength = parameter.MaxLength,
        };
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description + (parameter.Aliases is null ? "" : $" Also as {string.Join(", ", parameter.Aliases.Select(a => $"`{a}`"))}."),
            Schema = parameter.Repeats ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = item } : item,
            Explode = !parameter.Repeats,
            Example = JsonSerializer.SerializeToNode(parameter.Example),
        };
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

    private static OpenApiParameter HeaderParameter(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}

/// <summary>An answer that says no (RFC 9457). Some codes add members of their own.</summary>
/// <param name="Code">Stable; the part for programs to rely on.</param>
/// <param name="Errors">What is wrong, by the path of the member it is wrong with.</param>
/// <param name="BookingStatus">The state that the request lost against.</param>
/// <param name="Available">How many tickets could be had.</param>
/// <param name="Limit">How many tickets a booking, or a person, may have.</param>
/// <param name="TicketTypeId">The ticket type that was refused.</param>
/// <param name="TotalPriceMinor">What it costs now.</param>
/// <param name="Sold">Places that are sold already.</param>
/// <param name="Held">Places that are held at this moment.</param>
/// <param name="Version">The edit that there is now.</param>
/// <param name="Known">The query parameters that there are.</param>
internal sealed record ProblemResponse(
    string Type, string Title, int Status, string Detail, string Instance, string Code, string TraceId,
    Dictionary<string, string[]>? Errors = null, Domain.BoxOffice.BookingStatus? BookingStatus = null, int? Available = null, int? Limit = null, Guid? TicketTypeId = null,
    long? TotalPriceMinor = null, int? Sold = null, int? Held = null, int? Version = null, string[]? Known = null);
