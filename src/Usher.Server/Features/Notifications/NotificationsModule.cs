using Usher.Server.Features.Notifications.Sending;
using Usher.Server.Platform;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Privacy;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Notifications;

/// <summary>Mails: who is notified of what, and the state of each mail.</summary>
internal static class NotificationsModule
{
    public static void AddNotifications(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<IConsumer, WriteMails>();
        builder.Services.AddScoped<IPersonalData, MailData>();
        builder.AddWork<SendMails>();
        builder.AddWork<ForgetMails>();
        builder.AddWork<WatchMailBacklog>();
        builder.Services.AddHealthChecks().AddCheck<MailBacklog>("mails");
        builder.Services.AddSingleton<MailServer>();
        if (builder.Plays(Roles.Work))
            builder.Services.AddHealthChecks().AddCheck<MailServer>(builder.Configuration["Mail:Smtp:Host"] is { Length: > 0 } ? "smtp" : "mail_folder");
    }

    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var organizers = app.MapGroup("").WithTags("Mails").RequireAuthorization(Policies.Organizer).DisableValidation();
        ListMails.Map(organizers);
        ResendMail.Map(organizers);
    }
}
