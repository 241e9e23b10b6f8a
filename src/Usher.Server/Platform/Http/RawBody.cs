using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;

namespace Usher.Server.Platform.Http;

/// <summary>Body of a change (merge patch). Omitted members stay as they are, so no member is required and none has a default.</summary>
public interface IChange;

/// <summary>
/// A JSON body before validation. The rules of a new resource need more than the body, and a merge patch is meaningful only together with
/// the resource that it changes.
/// </summary>
internal sealed class RawBody<T>(JsonObject json) : IBindableFromHttpContext<RawBody<T>>, IEndpointParameterMetadataProvider where T : class
{
    public static async ValueTask<RawBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter) => new(await JsonBody.Read(context));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new BodyOf(typeof(T)));

    /// <summary>The bound body, with all errors found so far.</summary>
    public async Task<(T Request, Faults Faults)> Whole(HttpContext context)
    {
        var (request, errors) = await JsonBody.Check<T>(json, context.RequestServices, context.RequestAborted);
        return (request, new Faults(errors));
    }

    /// <summary>Errors of the members that were sent; omitted members are not missing.</summary>
    public async Task<Faults> Part(HttpContext context)
    {
        var names = json.Select(member => member.Key).ToHashSet();
        var (_, errors) = await JsonBody.Check<T>(json, context.RequestServices, context.RequestAborted);
        return new Faults(errors.Where(error => names.Contains(error.Key.Split('.', '[')[0])).ToDictionary());
    }

    /// <summary>Applies the sent members to the current resource: omitted members keep their value, null clears it.</summary>
    /// <param name="part">Errors of the sent members. An unreadable member has been removed.</param>
    public async Task<(T Request, Faults Faults)> Over(T current, Faults part, HttpContext context)
    {
        var merged = (JsonObject)JsonSerializer.SerializeToNode(current, StrictJson.Options)!;
        foreach (var (name, value) in json)
            merged[name] = value?.DeepClone();
        var (request, errors) = await JsonBody.Check<T>(merged, context.RequestServices, context.RequestAborted);
        foreach (var (path, messages) in part.Found)
            errors.TryAdd(path, messages);
        return (request, new Faults(errors));
    }
}
