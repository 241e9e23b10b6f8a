using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;

namespace Usher.Server.Platform.Http;

/// <summary>
/// A JSON body, read strictly and validated whole: whoever receives one has a request of the right shape.
/// The framework's own binding stops at the first wrong type; this one names every member that is wrong.
/// </summary>
internal sealed class Body<T>(T value, JsonObject json) : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider where T : class
{
    public T Value { get; } = value;

    /// <summary>The members as they were sent: for a partial change, what was left out matters.</summary>
    public JsonObject Json { get; } = json;

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var optional = context.GetEndpoint()!.Metadata.GetMetadata<BodyIsOptional>() is not null;
        var json = await JsonBody.Read(context, optional);
        return new Body<T>(await JsonBody.Bind<T>(json, context), json);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new BodyOf(typeof(T)));
}

/// <summary>For the OpenAPI document: the type of the body.</summary>
internal sealed record BodyOf(Type Type);

/// <summary>No body means an empty one, and then no content type is needed.</summary>
internal sealed record BodyIsOptional;

internal static class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads the body as a JSON object, whatever its members are.</summary>
    public static async Task<JsonObject> Read(HttpContext context, bool optional = false)
    {
        var request = context.Request;
        if (!request.HasJsonContentType() && !IsMergePatch(request))
        {
            if (optional && request.ContentType is null && await IsEmpty(request))
                return [];
            throw new ProblemException(new Problem(Problems.UnsupportedMediaType, "Send the body as application/json."));
        }
        LimitSize(context);
        try
        {
            return await JsonNode.ParseAsync(request.Body, null, Strict, context.RequestAborted) as JsonObject
                ?? throw NoObject();
        }
        catch (JsonException) when (optional && request.ContentLength is 0)
        {
            return [];
        }
        catch (JsonException malformed)
        {
            throw new ProblemException(new Problem(Problems.MalformedRequest, Readable(malformed)));
        }
    }

    /// <summary>Reads a text as a JSON object, whatever its members are.</summary>
    public static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, null, Strict) as JsonObject ?? throw NoObject();
        }
        catch (JsonException malformed)
        {
            throw new ProblemException(new Problem(Problems.MalformedRequest, Readable(malformed)));
        }
    }

    /// <summary>Binds and validates; every member that is wrong is named at once.</summary>
    public static async Task<T> Bind<T>(JsonObject json, HttpContext context) where T : class
    {
        var (value, errors) = await Check<T>(json, context.RequestServices, context.RequestAborted);
        return errors.Count == 0 ? value : throw new ProblemException(new Problem(Problems.ValidationFailed) { Errors = errors });
    }

    /// <summary>Binds what can be bound, and says what is wrong with the rest.</summary>
    public static async Task<(T Value, Dictionary<string, string[]> Errors)> Check<T>(
        JsonObject json, IServiceProvider services, CancellationToken cancellationToken) where T : class
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var value = BindLeniently<T>(json, errors);
        await Validate(value, services, errors, cancellationToken);
        return (value, errors);
    }

    /// <summary>Takes out each member that has the wrong type, until the rest can be bound.</summary>
    private static T BindLeniently<T>(JsonObject json, Dictionary<string, string[]> errors) where T : class
    {
        var rest = json;
        while (true)
        {
            try
            {
                return rest.Deserialize<T>(StrictJson.Options)!;
            }
            catch (JsonException wrong)
            {
                var path = (wrong.Path ?? "$").TrimStart('$').TrimStart('.');
                if (ReferenceEquals(rest, json))
                    rest = (JsonObject)json.DeepClone();
                if (errors.Count >= 50 || !errors.TryAdd(path, [Expected(wrong)]) || !Remove(rest, path))
                    throw new ProblemException(new Problem(Problems.ValidationFailed) { Errors = errors });
            }
        }
    }

    private static bool Remove(JsonObject root, string path)
    {
        JsonNode? at = root;
        var steps = path.Split('.', '[').Select(step => step.TrimEnd(']')).Where(step => step.Length > 0).ToList();
        foreach (var step in steps.SkipLast(1))
            at = at is JsonArray list && int.TryParse(step, out var index) && index < list.Count ? list[index] : (at as JsonObject)?[step];
        return steps.Count > 0 && at switch
        {
            JsonObject owner => owner.Remove(steps[^1]),
            JsonArray list when int.TryParse(steps[^1], out var index) && index < list.Count => Blank(list, index),
            _ => false,
        };
    }

    /// <summary>An element keeps its place, so that the others keep their numbers.</summary>
    private static bool Blank(JsonArray list, int index)
    {
        if (list[index] is null)
            return false;
        list[index] = null;
        return true;
    }

    private static async Task Validate(object value, IServiceProvider services, Dictionary<string, string[]> errors, CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<IOptions<ValidationOptions>>().Value;
        if (!options.TryGetValidatableTypeInfo(value.GetType(), out var type))
            throw new InvalidOperationException($"{value.GetType().Name} has no validation: mark it with [ValidatableType].");
        var validation = new ValidateContext
        {
            ValidationOptions = options,
            ValidationContext = new(value, value.GetType().Name, services, null),
        };
        await type.ValidateAsync(value, validation, cancellationToken);
        foreach (var (path, messages) in validation.ValidationErrors ?? [])
            errors.TryAdd(CamelCase(path), [.. messages]);
    }

    private static string CamelCase(string path) =>
        string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    private static string Expected(JsonException wrong)
    {
        // The reader's own words are kept where a converter of ours chose them; the framework's name CLR types.
        if (wrong.InnerException is null && !wrong.Message.Contains("converted to", StringComparison.Ordinal))
            return wrong.Message.Split(" Path:")[0];
        return "The value has the wrong type or is out of range.";
    }

    private static ProblemException NoObject() => new(new Problem(Problems.MalformedRequest, "Not a JSON object."));

    private static string Readable(JsonException malformed)
    {
        if (malformed.Message.Contains("duplicate", StringComparison.OrdinalIgnoreCase))
            return "The same member is named twice.";
        return malformed.LineNumber is { } line && malformed.BytePositionInLine is { } position
            ? $"Not valid JSON: line {line + 1}, byte {position + 1}."
            : "Not valid JSON.";
    }

    private static void LimitSize(HttpContext context)
    {
        var limit = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? 64 * 1024;
        if (context.Request.ContentLength > limit)
            throw new ProblemException(new Problem(Problems.PayloadTooLarge, $"The body may have at most {limit / 1024} KiB."));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;
    }

    private static bool IsMergePatch(HttpRequest request) =>
        HttpMethods.IsPatch(request.Method)
        && Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase);

    private static async Task<bool> IsEmpty(HttpRequest request)
    {
        if (request.ContentLength is { } length)
            return length == 0;
        var body = await request.BodyReader.ReadAsync();
        request.BodyReader.AdvanceTo(body.Buffer.Start);
        return body.Buffer.IsEmpty;
    }
}
