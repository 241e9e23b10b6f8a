using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;

namespace Usher.Server.Platform.Http;

/// <summary>The body of a change: what it leaves out stays as it is, so it requires nothing, and has no defaults.</summary>
public interface IChange;

/// <summary>
/// A JSON body before it is validated. A new thing has rules that need more than the body, and a merge patch means something only
/// together with what it changes.
/// </summary>
internal sealed class RawBody<T>(JsonObject json) : IBindableFromHttpContext<RawBody<T>>, IEndpointParameterMetadataProvider where T : class
{
    public static async ValueTask<RawBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter) => new(await JsonBody.Read(context));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new BodyOf(typeof(T)));

    /// <summary>The body as it stands, with all that is wrong with it so far.</summary>
    public async Task<(T Request, Faults Faults)> Whole(HttpContext context)
    {
        var (request, errors) = await JsonBody.Check<T>(json, context.RequestServices, context.RequestAborted);
        return (request, new Faults(errors));
    }

    /// <summary>What is wrong with the members that were sent; those left out are not missed.</summary>
    public async Task<Faults> Part(HttpContext context)
    {
        var names = json.Select(member => member.Key).ToHashSet();
        var (_, errors) = await JsonBody.Check<T>(json, context.RequestServices, context.RequestAborted);
        return new Faults(errors.Where(error => names.Contains(error.Key.Split('.', '[')[0])).ToDictionary());
    }

    /// <summary>The members that were sent, laid over the thing as it is: what was left out keeps its value, null clears it.</summary>
    /// <param name="part">What is wrong with those members: one that cannot be read is not among them any more.</param>
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
