using Usher.Server.Platform.Limits;

namespace Usher.Server.Features.Accounts;

/// <summary>Who people are: registering, signing in and out, and what they may change about themselves.</summary>
internal static class AccountsModule
{
    public static void AddAccounts(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<SignIn>();

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("/api/auth").WithTags("Accounts").AllowAnonymous().DisableValidation();
        Register.Map(open.MapGroup("").CountAs(RouteClass.Account));
        LogIn.Map(open.MapGroup("").CountAs(RouteClass.Login));
        Refresh.Map(open);

        var signedIn = app.MapGroup("/api").WithTags("Accounts").RequireAuthorization().DisableValidation();
        LogOut.Map(signedIn);
        GetMe.Map(signedIn);
        ChangeMe.Map(signedIn);
        Sessions.Map(signedIn);
    }
}
