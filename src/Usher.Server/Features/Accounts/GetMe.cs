using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <param name="Email">Current address, used for log-in and mails.</param>
/// <param name="EmailVerified">Whether the address has been verified.</param>
/// <param name="DisplayName">Display name of up to 100 characters, or null.</param>
/// <param name="TimeZone">IANA time zone. An organizer's reports follow it.</param>
/// <param name="PendingEmail">Address that replaces <c>email</c> when it is verified. Null if there is none.</param>
public sealed record UserResponse(
    Guid Id, string Username, string Email, Role Role, bool EmailVerified, string? DisplayName, string TimeZone, DateTimeOffset CreatedAt, string? PendingEmail)
{
    internal static UserResponse Of(User user) =>
        new(user.Id, user.Username, user.Email, user.Role, user.EmailVerified, user.DisplayName, user.TimeZone, user.CreatedAt, user.PendingEmail);
}

internal static class GetMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/me", Methods.Read, Handle)
        .WithName("GetMe").WithSummary("Get your account").WithDescription("Returns the account of the access token.");

    private static async Task<Results<Tagged<UserResponse>, Problem>> Handle(Caller caller, UsherDb db, CancellationToken cancellationToken) =>
        await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == caller.UserId, cancellationToken) is { } user
            ? new Tagged<UserResponse>(UserResponse.Of(user), user.Version)
            : new Problem(Problems.TokenExpired);
}
