using Microsoft.Extensions.Options;
using Usher.Server.Platform;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Features.Catalog;

/// <summary>
/// How many questions are put to the catalogue at once. Each keeps a processor of the database busy, which also sells: beside
/// hundreds of them a sale would have one part in hundreds.
/// </summary>
internal sealed class SearchTurns(IOptions<CatalogOptions> options)
{
    private const int Waiting = 500;

    private readonly Turns _turns = new(options.Value.SearchesAtOnce is > 0 and var set ? set : Environment.ProcessorCount, Waiting);

    /// <summary>An endpoint that takes a turn for as long as it reads.</summary>
    public static async ValueTask<object?> Take(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (services, cancellationToken) = (context.HttpContext.RequestServices, context.HttpContext.RequestAborted);
        using var turn = await services.GetRequiredService<SearchTurns>()._turns.Enter(cancellationToken);
        if (turn is not null)
            return await next(context);
        Guard.Rejected(Guard.SearchQueue);
        return new Problem(Problems.Overloaded) { RetryAfterSeconds = 2 };
    }
}
