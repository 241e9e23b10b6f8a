using Microsoft.Extensions.Options;
using Usher.Domain;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Features.Catalog.Finding;
using Usher.Server.Features.Catalog.Importing;
using Usher.Server.Features.Catalog.TicketTypes;
using Usher.Server.Features.Catalog.Watching;
using Usher.Server.Platform;
using Usher.Server.Platform.Caching;
using Usher.Server.Platform.OpenApi;
using Usher.Server.Platform.Privacy;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog;

/// <summary>Operations on events and their ticket types.</summary>
internal static class CatalogModule
{
    public static void AddCatalog(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CatalogOptions>().BindConfiguration(CatalogOptions.Section).ValidateDataAnnotations()
            .Validate(options => Currency.TryGet(options.DefaultCurrency, out _), "Catalog:DefaultCurrency is no active code of ISO 4217.")
            .ValidateOnStart();
        builder.Services.AddDefault<CreateEventRequest>("currency", services => services.GetRequiredService<IOptions<CatalogOptions>>().Value.DefaultCurrency);
        builder.Services.AddSingleton<EventReads>();
        builder.Services.AddSingleton<AvailabilityFeeds>();
        builder.Services.AddScoped<IPersonalData, EventData>();
        builder.Services.AddSingleton<SearchTurns>();
        builder.Services.AddSingleton<ImportTurns>();
        builder.AddWork<RefreshListings>();
        builder.AddWork<DeriveAgain>();
        builder.AddWork<FollowZoneRules>();
        builder.AddWork<SweepImports>();
    }

    public static void MapCatalog(this IEndpointRouteBuilder app)
    {
        var everyone = app.MapGroup("").WithTags("Events").AllowAnonymous().DisableValidation();
        ListEvents.Map(everyone.MapGroup("").KeptForASecond());
        ListFacets.Map(everyone.MapGroup("").KeptForASecond());
        GetEvent.Map(everyone);
        GetAvailability.Map(everyone);
        WatchAvailability.Map(everyone);
        GetEventCalendar.Map(everyone);
        ListTicketTypes.Map(everyone);
        GetTicketType.Map(everyone);

        var organizers = app.MapGroup("").WithTags("Events").RequireAuthorization(Policies.Organizer).DisableValidation().AnnounceChanges();
        CreateEvent.Map(organizers);
        ChangeEvent.Map(organizers);
        CancelEvent.Map(organizers);
        DeleteEvent.Map(organizers);
        ImportEvents.Map(organizers);
        ListEvents.MapOwn(organizers);
        CreateTicketType.Map(organizers);
        ChangeTicketType.Map(organizers);
        DeleteTicketType.Map(organizers);
    }
}
