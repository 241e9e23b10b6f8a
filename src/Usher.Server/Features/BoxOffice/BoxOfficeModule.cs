using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Features.BoxOffice.Verification;
using Usher.Server.Platform;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.OpenApi;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Postgres;
using Usher.Server.Platform.Persistence.Sqlite;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.BoxOffice;

/// <summary>Box office: operations on bookings, and their background work.</summary>
internal static class BoxOfficeModule
{
    public static void AddBoxOffice(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<BookingsOptions>().BindConfiguration(BookingsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SellingOptions>().BindConfiguration(SellingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.Configure<RouteOptions>(routes =>
        {
            routes.SetParameterPolicy<BookingAddress.Constraint>("booking");
            routes.SetParameterPolicy<ListUserBookings.Whose>("user");
        });

        services.AddDefault<BookTicketsRequest>("payment", _ => new JsonObject { ["token"] = "tok_ok" });
        services.AddDefault<ConfirmBookingRequest>("payment", _ => new JsonObject { ["token"] = "tok_ok" });

        services.AddSingleton<IReadOnlyList<SellingLoop>>(OpenLanes);
        services.AddSingleton<Selling.BoxOffice>();
        services.AddSingleton<RunLanes>();
        services.AddHostedService(provider => provider.GetRequiredService<RunLanes>());
        services.AddHealthChecks().AddCheck<RunLanes>("box_office", tags: [HealthTags.Process]);
        services.AddScoped<IPersonalData, BookingData>();
        builder.AddWork<SweepLapsedHolds>();
        builder.AddWork<CancelBookingsOfEvents>();
        builder.AddWork<WatchHolds>();
        builder.AddWork<SettlePayments>();
        services.AddOptions<VerifyOptions>().BindConfiguration(VerifyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddWork<VerifyRegularly>();
    }

    public static void MapBoxOffice(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").WithTags("Bookings").RequireAuthorization().DisableValidation();
        var sales = routes.MapGroup("").CountAs(RouteClass.Book);
        BookTickets.Map(sales);
        ConfirmBooking.Map(sales);
        CancelBooking.Map(sales);
        GetBooking.Map(routes);
        ListUserBookings.Map(routes);
        ListEventBookings.Map(routes);
        GetEventBookingsTable.Map(routes);
        GetCancellation.Map(routes);
    }

    private static SellingLoop[] OpenLanes(IServiceProvider services)
    {
        var engine = services.GetRequiredService<IDatabaseEngine>();
        var clock = services.GetRequiredService<DatabaseClock>();
        var options = services.GetRequiredService<IOptions<SellingOptions>>().Value;
        var rules = services.GetRequiredService<IOptions<BookingsOptions>>().Value.Rules;
        var signal = services.GetRequiredService<OutboxSignal>();
        var log = services.GetRequiredService<ILogger<SellingLoop>>();
        return engine.Pick(
            sqlite: () => [new SellingLoop(new SqliteLedger((SqliteEngine)engine, clock), options, rules, signal, log)],
            postgres: () => Enumerable.Range(0, options.Lanes)
                .Select(_ => new SellingLoop(new PostgresLedger((PostgresEngine)engine, clock), options, rules, signal, log)).ToArray());
    }
}
