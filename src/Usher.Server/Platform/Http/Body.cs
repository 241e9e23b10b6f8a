using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;
using Microsoft.Net.Http.Headers;

namespace Usher.Server.Platform.Http;

/// <summary>
/// A JSON body, read strictly and validated whole: whoever receives one has a request of the right shape.
/// The framework's own binding stops at the first wrong type; this one names every member that is wrong.
/// </summary>
internal sealed class Body<T>(T value) : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider where T : class
{
    public T Value { get; } = value;

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter) => new(await JsonBody.Bind<T>(context));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new BodyOf(typeof(T)));
}

/// <summary>For the OpenAPI document: the type of the body.</summary>
internal sealed record BodyOf(Type Type);

/// <summary>No body means an empty one, and then no content type is needed.</summary>
internal sealed record BodyIsOptional;

internal static class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads, binds and validates. A body that is right is read once, without a tree.</summary>
    public static async Task<T> Bind<T>(HttpContext context) where T : class
    {
        var body = await ReadAll(context);
        T? value;
        try
        {
            value = Deserialize<T>(body);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            value = null;
        }
        if (value is null)
            return await Bind<T>(Parse(body), context);

        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        await Validate(value, context.RequestServices, errors, context.RequestAborted);
        return errors.Count == 0 ? value : throw Invalid(errors);
    }

    /// <summary>Reads the body as a JSON object, whatever its members are: for a change, what was left out matters.</summary>
    public static async Task<JsonObject> Read(HttpContext context) => Parse(await ReadAll(context));

    private static T? Deserialize<T>(byte[] body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Strict.MaxDepth });
        var value = JsonSerializer.Deserialize<T>(ref reader, StrictJson.Options);
        return reader.Read() ? default : value;
    }

    /// <summary>Reads a text as a JSON object, whatever its members are.</summary>
    public static JsonObject Parse(string text) => Parse(System.Text.Encoding.UTF8.GetBytes(text));

    private static JsonObject Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body, null, Strict) as JsonObject
                ?? throw new ProblemException(new Problem(Problems.MalformedRequest, "Not a JSON object."));
        }
        catch (JsonException malformed)
        {
            throw new ProblemException(new Problem(Problems.MalformedRequest, Readable(malformed)));
        }
        catch (InvalidOperationException)
        {
            throw new ProblemException(new Problem(Problems.MalformedRequest, "The name of a member is not valid Unicode."));
        }
    }

    private static async Task<byte[]> ReadAll(HttpContext context)
    {
        var request = context.Request;
        var typed = (request.HasJsonContentType() || IsMergePatch(request)) && IsPlainUtf8(request);
        var optional = context.GetEndpoint()!.Metadata.GetMetadata<BodyIsOptional>() is not null;
        if (!typed && !(optional && request.ContentType is null))
            throw Untyped();
        LimitSize(context);

        var read = await request.BodyReader.ReadAsync(context.RequestAborted);
        while (!read.IsCompleted)
        {
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await request.BodyReader.ReadAsync(context.RequestAborted);
        }
        var body = read.Buffer.ToArray();
        request.BodyReader.AdvanceTo(read.Buffer.End);
        return body.Length == 0 && optional ? "{}"u8.ToArray()
            : typed ? body
            : throw Untyped();
    }

    /// <summary>Binds and validates; every member that is wrong is named at once.</summary>
    public static async Task<T> Bind<T>(JsonObject json, HttpContext context) where T : class
    {
        var (value, errors) = await Check<T>(json, context.RequestServices, context.RequestAborted);
        return errors.Count == 0 ? value : throw Invalid(errors);
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
        TakeOutBrokenTexts(json, "", errors);
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
                if (errors.Count >= Faults.Most || !errors.TryAdd(path, [Expected(wrong)]) || !Remove(rest, path))
                    throw Invalid(errors);
            }
        }
    }

    /// <summary>A text with half a surrogate pair can be parsed, but neither read nor copied.</summary>
    private static void TakeOutBrokenTexts(JsonNode from, string path, Dictionary<string, string[]> errors)
    {
        if (from is JsonObject owner)
            foreach (var (name, member) in owner.ToList())
                Look(member, path.Length == 0 ? name : $"{path}.{name}", () => owner.Remove(name));
        else if (from is JsonArray list)
            for (var i = 0; i < list.Count; i++)
                Look(list[i], $"{path}[{i}]", () => list[i] = null);

        void Look(JsonNode? node, string at, Action takeOut)
        {
            if (node is JsonObject or JsonArray)
                TakeOutBrokenTexts(node, at, errors);
            else if (node is JsonValue value && value.GetValueKind() == JsonValueKind.String && !IsText(value))
            {
                takeOut();
                errors.TryAdd(at, ["The text is not valid Unicode."]);
                if (errors.Count >= Faults.Most)
                    throw Invalid(errors);
            }
        }

        static bool IsText(JsonValue value)
        {
            try
            {
                return value.GetValue<string>() is not null;
            }
            catch (InvalidOperationException)
            {
                return false;
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
        var found = 0;
        validation.OnValidationError += _ =>
        {
            if (++found == Faults.Most)
                throw new EnoughException();
        };
        try
        {
            await type.ValidateAsync(value, validation, cancellationToken);
        }
        catch (EnoughException)
        {
            // Thousands of members would be looked at for seconds, to say the same of each.
        }
        foreach (var (path, messages) in validation.ValidationErrors ?? [])
            errors.TryAdd(CamelCase(path), [.. messages]);
    }

    private sealed class EnoughException : Exception;

    private static ProblemException Invalid(Dictionary<string, string[]> errors) => new(new Problem(Problems.ValidationFailed) { Errors = errors });

    private static ProblemException Untyped() => new(new Problem(Problems.UnsupportedMediaType, "Send the body as application/json, in UTF-8 and not compressed."));

    private static string CamelCase(string path) =>
        string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    private static string Expected(JsonException wrong)
    {
        // The reader's own words are kept where a converter of ours chose them; the framework's name CLR types.
        if (wrong.InnerException is null && !wrong.Message.Contains("converted to", StringComparison.Ordinal))
            return wrong.Message.Split(" Path:")[0];
        return "The value has the wrong type or is out of range.";
    }

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

    /// <summary>Nothing is decompressed or decoded here; what says that it must be would be read as something else.</summary>
    public static bool IsPlainUtf8(HttpRequest request) =>
        request.Headers.ContentEncoding.All(coding => coding is null or "" || coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        && (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.Charset.HasValue
            || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static bool IsMergePatch(HttpRequest request) =>
        HttpMethods.IsPatch(request.Method)
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase);
}
