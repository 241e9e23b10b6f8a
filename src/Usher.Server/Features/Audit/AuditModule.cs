using System.ComponentModel.DataAnnotations;
using Usher.Server.Platform;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Privacy;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Audit;

internal sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>Days that audit entries are stored.</summary>
    [Range(1, 36500)]
    public int KeepDays { get; init; } = 730;
}

/// <summary>Audit log: each feature writes it in its own transactions; this feature reads it and applies its retention.</summary>
internal static class AuditModule
{
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<IConsumer, NoteCancellations>();
        builder.Services.AddScoped<IPersonalData, AuditData>();
        builder.AddWork<ForgetAudit>();
    }

    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        ListAudit.MapOfEvent(app.MapGroup("").WithTags("Audit").RequireAuthorization(Policies.Organizer).DisableValidation());
        ListAudit.Map(app.MapGroup("").WithTags("Audit").RequireAuthorization(Policies.Admin).DisableValidation());
    }
}
