using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <param name="Email">E-mail address. You can send <c>username</c> instead.</param>
/// <param name="Username">Username. You can send <c>email</c> instead.</param>
/// <param name="Code">Six digits from the authenticator app, or a recovery code. Required if the account has a second factor.</param>
[ValidatableType]
public sealed record LogInRequest(
    [property: JsonConverter(typeof(CleanVisible)), EmailOrUsername] string? Email = null,
    [property: JsonConverter(typeof(CleanVisible))] string? Username = null,
    [property: Required(AllowEmptyStrings = true)] string? Password = null,
    [property: StringLength(64)] string? Code = null);

internal sealed partial class LogIn
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/login", Handle)
        .WithName("LogIn").WithSummary("Log in")
        .WithDescription("Opens a session. The response does not reveal whether an account exists: a wrong password and an unknown account get the same response. If the " +
            "account has a second factor, the correct password alone gets `second_factor_required`. Send the same request again with a `code`.")
        .Refuses(Problems.InvalidCredentials, Problems.AccountSuspended, Problems.SecondFactorRequired, Problems.InvalidCode, Problems.TooManyAttempts, Problems.Overloaded)
        .AddEndpointFilter(PasswordHasher.RefuseIfFull);

    private static async Task<Results<Ok<SignedInResponse>, Problem>> Handle(
        Body<LogInRequest> body, HttpContext context, UsherDb db,
        PasswordHasher passwords, CredentialCheck credentials, KnownOrigins origins, SignIn signIn, ILogger<LogIn> log, CancellationToken cancellationToken)
    {
        var (name, password) = (body.Value.Email ?? body.Value.Username!, body.Value.Password!);
        var named = await Find(name, db, cancellationToken);
        var origin = await origins.Find(named ?? Guid.Empty, context, db, cancellationToken);
        var key = named is { } id ? LogInGuard.KeyOf(id, origin) : LogInGuard.KeyOf(EmailAddress.Key(name));
        var (known, refused) = await credentials.Password(named, key, session: null, password, db, cancellationToken);
        if (known is null)
        {
            Log.Failed(log, named);
            return refused!;
        }
        var (verified, incomplete) = await credentials.WithCode(known, body.Value.Code, db, cancellationToken);
        if (verified is null)
            return incomplete!;
        var stronger = PasswordHasher.IsOutdated(verified.PasswordHash) ? await passwords.Hash(password, cancellationToken) : null;
        if (await Open(verified, stronger, signIn, db, context, cancellationToken) is not { } answer)
        {
            // Another log-in has replaced the hash, or somebody the password: what is stored now says which.
            (known, refused) = await credentials.Password(named, key, session: null, password, db, cancellationToken);
            if (known is null)
                return refused!;
            answer = (await Open(verified with { PasswordHash = known.PasswordHash }, stronger: null, signIn, db, context, cancellationToken))!;
        }
        Log.LoggedIn(log, verified.UserId);
        return TypedResults.Ok(answer);
    }

    /// <param name="verified">What the session rests on.</param>
    /// <param name="stronger">In place of an outdated hash.</param>
    /// <returns>Null when the outdated hash is another by now.</returns>
    private static async Task<SignedInResponse?> Open(
        Credentials verified, string? stronger, SignIn signIn, UsherDb db, HttpContext context, CancellationToken cancellationToken)
    {
        await using var change = await Change.Begin(db, cancellationToken);
        if (stronger is not null)
        {
            await change.LockAccount(verified.UserId, AccountLock.Change, cancellationToken);
            if (await db.Users.AnyAsync(u => u.Id == verified.UserId && u.PasswordHash != verified.PasswordHash, cancellationToken))
                return null;
        }
        var user = await change.Hold(verified, cancellationToken);
        if (stronger is not null)
            await db.Users.Where(u => u.Id == user.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, stronger), cancellationToken);
        var answer = signIn.Open(user, db, context);
        await change.Commit(cancellationToken);
        return answer;
    }

    private static Task<Guid?> Find(string name, UsherDb db, CancellationToken cancellationToken)
    {
        var (email, username) = (EmailAddress.Key(name), Username.Key(name));
        return name.Contains('@')
            ? db.Users.Where(u => u.EmailKey == email && u.ErasedAt == null).Select(u => (Guid?)u.Id).SingleOrDefaultAsync(cancellationToken)
            : db.Users.Where(u => u.UsernameKey == username && u.ErasedAt == null).Select(u => (Guid?)u.Id).SingleOrDefaultAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{UserId} logged in")]
        public static partial void LoggedIn(ILogger log, Guid userId);

        [LoggerMessage(2, LogLevel.Warning, "A log-in failed; account: {UserId}")]
        public static partial void Failed(ILogger log, Guid? userId);
    }
}

internal sealed class EmailOrUsernameAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        validationContext.ObjectInstance is LogInRequest { Email: null or "", Username: null or "" }
            ? new ValidationResult("Send `email` or `username`.", [nameof(LogInRequest.Email)])
            : ValidationResult.Success;
}
