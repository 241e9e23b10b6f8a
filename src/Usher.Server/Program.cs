using System.Globalization;
using Usher.Server;
using Usher.Server.Features.Accounts;
using Usher.Server.Features.Audit;
using Usher.Server.Features.BoxOffice;
using Usher.Server.Features.Catalog;
using Usher.Server.Features.Demo;
using Usher.Server.Features.Notifications;
using Usher.Server.Features.Reports;
using Usher.Server.Platform;
using Usher.Server.Platform.Caching;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.OpenApi;
using Usher.Server.Platform.Operations;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

// The first statement, and in a method of its own: until it has run, SIGTERM kills the process, and everything compiled with it would
// delay it. Never disposed: a signal in the last moments must not change the exit code.
var stop = new StopSignal();
return await Run(args, stop);

static async Task<int> Run(string[] args, StopSignal stop)
{
    // Programs read the output, so dates, numbers and file names must be the same in every culture.
    CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

    var (verb, words, options) = CommandLine.Split(args);
    if ((verb, words) is ("health", []))
    {
        stop.Dispose();
        return await AskHealth.Run(options, Console.Out, Console.Error);
    }
    if (CommandLine.Begin(options) is not { } builder)
        return 1;

    builder.Play(CommandLine.RolesOf(verb));
    builder.AddPlatform();
    builder.AddHttp();
    builder.AddPersistence();
    builder.AddMessaging();
    builder.AddCaching();
    builder.AddLimits();
    builder.AddSecurity();
    builder.AddAccounts();
    builder.AddCatalog();
    builder.AddBoxOffice();
    builder.AddNotifications();
    builder.AddReports();
    builder.AddAudit();
    builder.AddDemo();

    if (CommandLine.Build(builder) is not { } app)
        return 1;
    if (await CommandLine.Run(verb, words, app, stop.Token) is { } exitCode)
        return exitCode;

    app.UseHttp();
    app.UseKeptAnswers();
    app.UseEndpointsOfRequests();
    app.UseSwaggerPage();
    app.UseMetricsPage();
    app.UseLimitOfUnknownAddresses();
    app.UseRefusalOfUnknownAddresses();
    app.UseAuthentication();
    app.UseLimits();
    app.UseSecurity();
    app.MapHealth();
    if (builder.Plays(Roles.Serve))
    {
        app.MapPlatform();
        app.MapAccounts();
        app.MapCatalog();
        app.MapBoxOffice();
        app.MapNotifications();
        app.MapReports();
        app.MapAudit();
    }
    return await CommandLine.Serve(app, stop.Token);
}
