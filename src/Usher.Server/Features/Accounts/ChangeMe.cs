using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Domain.Catalog;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>A change of an account. Fields that you leave out keep their value.</summary>
/// <param name="Username">The same rules as for registration apply.</param>
/// <param name="Email">The same rules as for registration apply. The new address replaces the current one when it is verified. Send the current address again to drop a pending change.</param>
/// <param name="DisplayName">Display name of up to 100 characters. Null removes it.</param>
/// <param name="TimeZone">IANA time zone, such as Europe/Vienna.</param>
/// <param name="CurrentPassword">Required to change the address, unless you signed in less than ten minutes ago.</param>
/// <param name="Code">Second-factor code, as for log-in. Required with the password if the account has a second factor.</param>
[ValidatableType]
public sealed record ChangeMeRequest(
    [property: JsonConverter(typeof(CleanVisible)), NotRemovable, StringLength(Username.Longest, MinimumLength = Username.Shortest), RegularExpression(Username.Pattern, ErrorMessage = Username.Rule)]
    string? Username = null,
    [property: JsonConverter(typeof(CleanVisible)), NotRemovable, StringLength(254), Email] string? Email = null,
    [property: StringLength(100), Name] string? DisplayName = null,
    [property: NotRemovable, IanaTimeZone] string? TimeZone = null,
    string? CurrentPassword = null,
    [property: StringLength(64)] string? Code = null);

internal static class ChangeMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPatch("/me", Handle)
        .WithName("ChangeMe").WithSummary("Change your account").WithDescription("A merge patch (RFC 7396): send the fields to change, and null to remove a value. A new address gets a link to verify it. Until it is verified, the " +
            "old address stays in force and the new one is `pendingEmail`. When the change takes effect, a previous address that was verified gets a mail and can " +
            "undo the change for three days. With `currentPassword`, an address that was never verified is replaced at once.")
        .WithMetadata(new BodyOf(typeof(ChangeMeRequest)))
        .Refuses(Problems.EmailTaken, Problems.UsernameTaken, Problems.PreconditionFailed, Problems.ReauthenticationRequired, Problems.InvalidCredentials,
            Problems.SecondFactorRequired, Problems.InvalidCode, Problems.TooManyAttempts, Problems.TooManyMails, Problems.Overloaded);

    private static async Task<Results<Tagged<UserResponse>, Problem>> Handle(
        Caller caller, HttpContext context, UsherDb db, DatabaseClock clock, CredentialCheck credentials, RecentSignIn recent, AccountLinks links,
        IOptions<AccountOptions> options, CancellationToken cancellationToken)
    {
        var patch = await JsonBody.Read(context);
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == caller.UserId && u.ErasedAt == null, cancellationToken) is not { } read)
            return new Problem(Problems.TokenExpired);
        var request = await JsonBody.Bind<ChangeMeRequest>(Merge(read, patch), context);
        var (verified, refused) = await Prove(request, read, caller, credentials, recent, db, cancellationToken);
        if (refused is not null)
            return refused;

        await using var change = await Change.Begin(db, cancellationToken);
        // Of two concurrent changes, the second sees the first.
        var user = verified is null ? await change.Hold(caller, cancellationToken) : await change.Hold(verified, cancellationToken);
        if (ETags.Stale(context.Request, user.Version) is { } stale)
            return stale;
        // The address in the patch was the current one a moment ago, so nothing was verified for it.
        if (patch.ContainsKey("email") && NeedsProof(request, user) && !NeedsProof(request, read))
            return new Problem(Problems.PreconditionFailed);
        db.Attach(user);
        user.Version++;
        (user.Username, user.UsernameKey) = Same(request.Username, read.Username) ? (user.Username, user.UsernameKey) : (request.Username!, Username.Key(request.Username!));
        user.DisplayName = Same(request.DisplayName, read.DisplayName) ? user.DisplayName : request.DisplayName is null ? null : Text.Clean(request.DisplayName);
        user.TimeZone = Zones.Canonical(Same(request.TimeZone, read.TimeZone) ? user.TimeZone : request.TimeZone!);
        var wanted = patch.ContainsKey("email") ? Move(user, Text.Clean(request.Email!), byPassword: verified is not null) : null;
        if (await Taken.Find(user.Id, wanted ?? user.EmailKey, user.UsernameKey, clock.Now.AddHours(-options.Value.UndoEmailHours), db, cancellationToken) is { } taken)
            return taken;
        if (wanted is not null && !await links.Ask(LinkPurpose.VerifyEmail, wanted, user.Id, isVerified: false, change, cancellationToken)
            && !await links.HasGoodLink(wanted, user.Id, db, cancellationToken))
            return new Problem(Problems.TooManyMails) { RetryAfterSeconds = 3600 };
        change.Audit(AuditAction.AccountChanged, caller.UserId, userId: user.Id);
        try
        {
            await change.Commit(cancellationToken);
        }
        catch (DbUpdateException exception) when (Taken.ByRace(exception, db) is { } lost)
        {
            return lost;
        }
        return new Tagged<UserResponse>(UserResponse.Of(user), user.Version);
    }

    /// <summary>A token alone is not enough to change the address, because a password reset goes to the address.</summary>
    private static async Task<(Credentials? Verified, Problem? Refusal)> Prove(
        ChangeMeRequest request, User read, Caller caller, CredentialCheck credentials, RecentSignIn recent, UsherDb db, CancellationToken cancellationToken)
    {
        if (request.CurrentPassword is { } password)
            return await credentials.PasswordAndCode(caller, password, request.Code, db, cancellationToken);
        return NeedsProof(request, read) && !await recent.Is(caller, db, cancellationToken) ? (null, RecentSignIn.Refusal) : (null, null);
    }

    private static bool NeedsProof(ChangeMeRequest request, User user) => EmailAddress.Key(request.Email!) is var key && key != user.EmailKey && key != user.PendingEmailKey;

    /// <summary>An unverified address is mostly a typing error and protects nothing: the password is enough to replace it.</summary>
    /// <returns>Key of an address that must be verified.</returns>
    private static string? Move(User user, string email, bool byPassword)
    {
        var key = EmailAddress.Key(email);
        var isSame = key == user.EmailKey;
        if (isSame || (byPassword && !user.EmailVerified))
            (user.Email, user.EmailKey, user.PendingEmail, user.PendingEmailKey) = (email, key, null, null);
        else
            (user.PendingEmail, user.PendingEmailKey) = (email, key);
        return isSame ? null : key;
    }

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.Ordinal);

    private static JsonObject Merge(User user, JsonObject patch)
    {
        var merged = new JsonObject
        {
            ["username"] = user.Username,
            ["email"] = user.Email,
            ["displayName"] = user.DisplayName,
            ["timeZone"] = user.TimeZone,
        };
        foreach (var (name, value) in patch)
            merged[name] = value?.DeepClone();
        return merged;
    }
}
