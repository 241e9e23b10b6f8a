
namespace Usher.Server.Platform.Limits;

/// <summary>Requests that are counted together. The names are those of the headers.</summary>
internal enum RouteClass : byte
{
    Login,
    Account,
    Book,
    Write,
    Read,
}

internal static class RouteClasses
{
    private static readonly Counted Uncounted = new((RouteClass?)null);

    /// <summary>What states nothing is a read or a write, by its method.</summary>
    public static T CountAs<T>(this T routes, RouteClass of) where T : IEndpointConventionBuilder => routes.WithMetadata(new Counted(of));

    /// <summary>For those who watch the process, and must not be turned away.</summary>
    public static T DoNotCount<T>(this T routes) where T : IEndpointConventionBuilder => routes.WithMetadata(Uncounted);

    /// <summary>Null for what is not counted.</summary>
    public static RouteClass? ClassOf(this EndpointMetadataCollection metadata, string method) =>
        metadata.GetMetadata<Counted>() is { } stated ? stated.As
        : HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? RouteClass.Read
        : RouteClass.Write;

    public static int QuotaOf(this RateLimitingOptions options, RouteClass of) => of switch
    {
        RouteClass.Login => options.Login,
        RouteClass.Account => options.Account,
        RouteClass.Book => options.Book,
        RouteClass.Write => options.Write,
        RouteClass.Read => options.Read,
        _ => throw new ArgumentOutOfRangeException(nameof(of), of, null),
    };

    private sealed record Counted(RouteClass? As);
}
