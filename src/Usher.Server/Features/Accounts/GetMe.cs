using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <param name="Email">In force: what one logs in with, and what mails go to.</param>
/// <param name="EmailVerified">Whether its reader has shown to be the owner of the account.</param>
/// <param name="DisplayName">Up to 100 characters, or null.</param>
/// <param name="TimeZone">Of the IANA database; an organizer's reports follow it.</param>
/// <param name="PendingEmail">Takes the place of <c>email</c> when it is verified; null when there is none.</param>
public sealed record UserResponse(
    Guid Id, string Username, string Email, Role Role, bool EmailVerified, string? DisplayName, string TimeZone, DateTimeOffset CreatedAt, string? PendingEmail)
{
    internal static UserResponse Of(User user) =>
        new(user.Id, user.Username, user.Email, user.Role, user.EmailVerified, user.DisplayName, user.TimeZone, user.CreatedAt, user.PendingEmail);
}

internal static class GetMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/me", Methods.Read, Handle)
        .WithName("GetMe").WithSummary("Who you are").WithDescription("The account of the access token.");

    private static async Task<Results<Tagged<UserResponse>, Problem>> Handle(Caller caller, UsherDb db, CancellationToken cancellationToken) =>
        await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == caller.UserId, cancellationToken) is { } user
            ? new Tagged<UserResponse>(UserResponse.Of(user), user.Version)
            : new Problem(Problems.TokenExpired);
}
