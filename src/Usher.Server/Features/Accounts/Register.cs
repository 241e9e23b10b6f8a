using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <param name="Username">3 to 40 characters: the letters A to Z, digits, dots, hyphens and underscores. Unique, regardless of case.</param>
/// <param name="Email">Up to 254 characters, at most 64 of them before the @. Unique, regardless of case.</param>
/// <param name="Password">8 to 128 characters. It must not be a common password, and must not contain your name.</param>
/// <param name="Role">Role of the account: <c>attendee</c> or <c>organizer</c>.</param>
[ValidatableType]
public sealed record RegisterRequest(
    [property: JsonConverter(typeof(CleanVisible)), Required, StringLength(Username.Longest, MinimumLength = Username.Shortest), RegularExpression(Username.Pattern, ErrorMessage = Username.Rule)]
    string? Username,
    [property: JsonConverter(typeof(CleanVisible)), Required, StringLength(254), Email] string? Email,
    [property: Required(AllowEmptyStrings = true)] string? Password,
    [property: DefaultValue("attendee")] string? Role = null);

internal sealed partial class Register
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/register", Handle)
        .WithName("Register").WithSummary("Register an account")
        .WithDescription("Creates the account and signs it in. An organizer can do everything that an attendee can, and can also offer events.")
        .Refuses(Problems.WeakPassword, Problems.RoleNotAllowed, Problems.EmailTaken, Problems.UsernameTaken, Problems.Overloaded)
        .AddEndpointFilter(PasswordHasher.RefuseIfFull);

    private static async Task<Results<Created<SignedInResponse>, Problem>> Handle(
        Body<RegisterRequest> body, HttpContext context, UsherDb db, DatabaseClock clock,
        PasswordHasher passwords, SignIn signIn, AccountLinks links, IOptions<AccountOptions> options, ILogger<Register> log, CancellationToken cancellationToken)
    {
        var (username, email, password) = (body.Value.Username!, body.Value.Email!, body.Value.Password!);
        if ((body.Value.Role is { } name ? WireNames<Role>.Read(name) : Role.Attendee) is not { } role || role == Role.Admin)
            return Problem.Invalid("role", "The role must be attendee or organizer.", Problems.RoleNotAllowed);
        if (Password.Objection(password, username, email) is { } objection)
            return Problem.Invalid("password", objection, Problems.WeakPassword);

        var user = new User
        {
            Id = Guid.CreateVersion7(clock.Now),
            Username = username,
            UsernameKey = Username.Key(username),
            Email = Text.Clean(email),
            EmailKey = EmailAddress.Key(email),
            PasswordHash = "",
            Role = role,
            CreatedAt = clock.Now,
        };
        // Before the expensive hash. The unique index stops an account that is created between this check and the commit.
        if (await Taken.Find(user.Id, user.EmailKey, user.UsernameKey, clock.Now.AddHours(-options.Value.UndoEmailHours), db, cancellationToken) is { } taken)
            return taken;
        user.PasswordHash = await passwords.Hash(password, cancellationToken);

        db.Users.Add(user);
        var answer = signIn.Open(user, db, context);
        try
        {
            await using var change = await Change.Begin(db, cancellationToken);
            change.Audit(AuditAction.AccountRegistered, user.Id, userId: user.Id);
            // An address at its daily limit gets no welcome mail; its reader can request a link tomorrow.
            if (await links.MayMail(LinkPurpose.VerifyEmail, user.EmailKey, user.Id, isVerified: false, db, cancellationToken))
            {
                links.Add(LinkPurpose.VerifyEmail, user.EmailKey, user.Id, change);
                change.Publish(MessageTypes.AccountRegistered, userId: user.Id);
            }
            await change.Commit(cancellationToken);
        }
        catch (DbUpdateException exception) when (Taken.ByRace(exception, db) is { } lost)
        {
            return lost;
        }
        Log.Registered(log, user.Id, user.Role);
        return TypedResults.Created("/api/me", answer);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Registered {UserId} as {Role}")]
        public static partial void Registered(ILogger log, Guid userId, Role role);
    }
}

internal static class Taken
{
    /// <summary>Finds a name or address that belongs to another account.</summary>
    /// <param name="undoable">Time since which a former address can return to its account.</param>
    public static async Task<Problem?> Find(Guid userId, string emailKey, string usernameKey, DateTimeOffset undoable, UsherDb db, CancellationToken cancellationToken)
    {
        var same = await db.Users.Where(u => u.Id != userId && (u.EmailKey == emailKey || u.UsernameKey == usernameKey))
            .Select(u => u.EmailKey).ToListAsync(cancellationToken);
        // Current addresses first: an address that is given up between the two queries is found by the second.
        return same.Contains(emailKey) || await db.FormerAddresses.AnyAsync(a => a.EmailKey == emailKey && a.UserId != userId && a.ReplacedAt > undoable, cancellationToken)
            ? new Problem(Problems.EmailTaken)
            : same.Count > 0 ? new Problem(Problems.UsernameTaken) : null;
    }

    /// <summary>The same, if a unique index reported it.</summary>
    public static Problem? ByRace(Exception exception, UsherDb db) => db.Engine.ViolatedKey(exception) switch
    {
        { } key when key.Contains("email_key", StringComparison.Ordinal) => new Problem(Problems.EmailTaken),
        { } key when key.Contains("username_key", StringComparison.Ordinal) => new Problem(Problems.UsernameTaken),
        _ => null,
    };
}
