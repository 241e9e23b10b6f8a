using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Demo;

/// <summary>Accounts of the demo.</summary>
internal sealed record DemoAccount(string Username, Role Role, string DisplayName)
{
    public const string Password = "please-be-seated";

    public static readonly DemoAccount
        Admin = new("admin", Role.Admin, "House Manager"),
        Hall = new("hall", Role.Organizer, "Small Hall Concerts"),
        Fringe = new("fringe", Role.Organizer, "Fringe & Friends"),
        Amy = new("amy", Role.Attendee, "Amy"),
        Ben = new("ben", Role.Attendee, "Ben"),
        Chloe = new("chloe", Role.Attendee, "Chloé");

    public static readonly DemoAccount[] All = [Admin, Hall, Fringe, Amy, Ben, Chloe];

    public Guid Id => DemoIds.Of(0xF000 + Array.IndexOf(All, this));

    public string Email => $"{Username}@demo.example";

    public async Task<User> Open(PasswordHasher passwords, DateTimeOffset now, CancellationToken cancellationToken) => new()
    {
        Id = Id,
        Username = Username,
        UsernameKey = Domain.Accounts.Username.Key(Username),
        Email = Email,
        EmailKey = EmailAddress.Key(Email),
        PasswordHash = await passwords.Hash(Password, cancellationToken),
        Role = Role,
        EmailVerified = true,
        DisplayName = DisplayName,
        CreatedAt = now,
    };
}

/// <summary>Fixed ids, so that a written example works in every demo.</summary>
internal static class DemoIds
{
    public static Guid Of(int number) => new($"0199d6a2-5c00-7000-8000-{number:x12}");
}
