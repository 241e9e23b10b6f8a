using Usher.Domain;

namespace Usher.Server.Features.Catalog;

internal static class CatalogModule
{
    public static void AddCatalog(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<CatalogOptions>().BindConfiguration(CatalogOptions.Section).ValidateDataAnnotations()
            .Validate(options => Currency.TryGet(options.DefaultCurrency, out _), "Catalog:DefaultCurrency is no active code of ISO 4217.")
            .ValidateOnStart();

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        var shown = routes.MapGroup("/api/events").WithTags("Events").DisableValidation().AllowAnonymous();
        ListEvents.Map(shown);
        GetEvent.Map(shown);
        var kept = routes.MapGroup("/api/events").WithTags("Events").DisableValidation().RequireAuthorization("Organizer");
        CreateEvent.Map(kept);
        ChangeEvent.Map(kept);
        CancelEvent.Map(kept);
        DeleteEvent.Map(kept);
        var own = routes.MapGroup("/api/organizers/me/events").WithTags("Events").DisableValidation().RequireAuthorization("Organizer");
        ListEvents.MapOwn(own);

        var shownTypes = routes.MapGroup("/api/events").WithTags("Ticket types").DisableValidation().AllowAnonymous();
        ListTicketTypes.Map(shownTypes);
        GetTicketType.Map(shownTypes);
        var keptTypes = routes.MapGroup("/api/events").WithTags("Ticket types").DisableValidation().RequireAuthorization("Organizer");
        CreateTicketType.Map(keptTypes);
        ChangeTicketType.Map(keptTypes);
        DeleteTicketType.Map(keptTypes);
    }
}
