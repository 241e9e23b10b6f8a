using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Domain.Catalog;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform.Auditing;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>What is left out stays as it is.</summary>
/// <param name="Username">As when registering.</param>
/// <param name="Email">As when registering. A new one has to be verified again.</param>
/// <param name="DisplayName">Up to 100 characters; null removes it.</param>
/// <param name="TimeZone">A name of the IANA database, such as Europe/Vienna.</param>
[ValidatableType]
public sealed record ChangeMeRequest(
    [property: JsonConverter(typeof(CleanVisible)), NotRemovable, StringLength(Username.Longest, MinimumLength = Username.Shortest), RegularExpression(Username.Pattern, ErrorMessage = Username.Rule)]
    string? Username = null,
    [property: JsonConverter(typeof(CleanVisible)), NotRemovable, StringLength(254), Email] string? Email = null,
    [property: StringLength(100), Name] string? DisplayName = null,
    [property: NotRemovable, IanaTimeZone] string? TimeZone = null);

internal static class ChangeMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPatch("/me", Handle)
        .WithName("ChangeMe").WithSummary("Change your account").WithDescription("A merge patch (RFC 7396): send what is to change, null to remove it. A new address gets a link to verify it; the old one is told that there is a new one.")
        .WithMetadata(new BodyOf(typeof(ChangeMeRequest)))
        .Refuses(Problems.EmailTaken, Problems.UsernameTaken, Problems.PreconditionFailed);

    private static async Task<Results<Tagged<UserResponse>, Problem>> Handle(
        Caller caller, HttpContext context, UsherDb db, IDatabaseEngine engine, DatabaseClock clock, AccountLinks links, OutboxSignal signal, CancellationToken cancellationToken)
    {
        var patch = await JsonBody.Read(context);
        await using var change = await Change.Begin(db, engine, cancellationToken);
        // Of two changes at once, the second sees the first.
        await change.Hold(caller, db, cancellationToken);
        await db.Users.Where(u => u.Id == caller.UserId).ExecuteUpdateAsync(set => set.SetProperty(u => u.Version, u => u.Version + 1), cancellationToken);
        if (await db.Users.SingleOrDefaultAsync(u => u.Id == caller.UserId, cancellationToken) is not { } user)
            return new Problem(Problems.TokenExpired);
        var request = await JsonBody.Bind<ChangeMeRequest>(Merge(user, patch), context);
        if (ETags.Stale(context.Request, user.Version - 1) is { } stale)
            return stale;

        var email = Text.Clean(request.Email!);
        var moved = user.EmailKey != EmailAddress.Key(email);
        var former = new FormerAddress { Id = Guid.CreateVersion7(clock.Now), UserId = user.Id, Email = user.Email, ReplacedAt = clock.Now };
        user.EmailVerified &= !moved;
        (user.Email, user.EmailKey) = (email, EmailAddress.Key(email));
        (user.Username, user.UsernameKey) = (request.Username!, Username.Key(request.Username!));
        user.DisplayName = request.DisplayName is null ? null : Text.Clean(request.DisplayName);
        user.TimeZone = Zones.Canonical(request.TimeZone!);
        if (await Taken.Find(user, db, cancellationToken) is { } taken)
            return taken;
        if (moved)
        {
            db.FormerAddresses.Add(former);
            db.Tell(MessageTypes.EmailChanged, clock.Now, userId: user.Id);
            await links.Ask(LinkPurpose.VerifyEmail, user.EmailKey, user.Id, db, cancellationToken);
        }
        db.Note(AuditAction.AccountChanged, clock.Now, caller.UserId, userId: user.Id);
        try
        {
            await change.Commit(cancellationToken);
        }
        catch (DbUpdateException exception) when (Taken.ByRace(exception, engine) is { } lost)
        {
            return lost;
        }
        signal.Raise();
        return new Tagged<UserResponse>(UserResponse.Of(user), user.Version);
    }

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
