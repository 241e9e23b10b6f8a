using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Features.Accounts.SecondFactors;
using Usher.Server.Platform;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Privacy;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>Registration, sign-in and sign-out, and changes of one's own account.</summary>
internal static class AccountsModule
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<AccountOptions>().BindConfiguration(AccountOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SignIn>();
        builder.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<PublicAddress>(s, builder.RolesPlayed()));
        builder.Services.AddSingleton<AccountLinks>();
        builder.Services.AddSingleton<MailBounds>();
        builder.Services.AddSingleton<KnownOrigins>();
        builder.Services.AddSingleton<RecentSignIn>();
        builder.Services.AddSingleton<LogInGuard>();
        builder.Services.AddSingleton<NewPassword>();
        builder.Services.AddSingleton<CredentialCheck>();
        builder.Services.AddSingleton<SecretBox>();
        builder.Services.AddSingleton<SecondFactorGuard>();
        builder.Services.AddScoped<IPersonalData, AccountData>();
        builder.Services.AddSingleton<ErasedNames>();
        builder.AddWork<ForgetAccountTraces>();
        builder.AddWork<ForgetErasedNames>();
        builder.AddWork<ResealSecondFactors>();
    }

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("/api/auth").WithTags("Accounts").AllowAnonymous().DisableValidation();
        Register.Map(open.MapGroup("").CountAs(RouteClass.Account));
        LogIn.Map(open.MapGroup("").CountAs(RouteClass.Login));
        Refresh.Map(open);
        ForgotPassword.Map(open.MapGroup("").CountAs(RouteClass.Account));
        ResetPassword.Map(open.MapGroup("").CountAs(RouteClass.Account));
        VerifyEmail.Map(open.MapGroup("").CountAs(RouteClass.Account));
        UndoEmailChange.Map(open.MapGroup("").CountAs(RouteClass.Account));
        AccountPages.Map(app);

        var signedIn = app.MapGroup("/api").WithTags("Accounts").RequireAuthorization().DisableValidation();
        LogOut.Map(signedIn);
        GetMe.Map(signedIn);
        ChangeMe.Map(signedIn);
        ChangePassword.Map(signedIn);
        ExportMe.Map(signedIn);
        EraseMe.Map(signedIn);
        VerifyEmail.MapResend(signedIn);
        Sessions.Map(signedIn);

        var organizers = app.MapGroup("/api").WithTags("Accounts").RequireAuthorization(Policies.Organizer).DisableValidation();
        GetSecondFactor.Map(organizers);
        BeginSecondFactor.Map(organizers);
        ConfirmSecondFactor.Map(organizers);
        RenewRecoveryCodes.Map(organizers);
        TurnOffSecondFactor.Map(organizers);
    }
}
