using Usher.Domain.Accounts;

namespace Usher.Server.Features.Notifications.Letters;

internal static class AccountLetters
{
    public static Letter Welcome(User user) => new("Welcome", "Your account is open.", $"Welcome, {user.DisplayName ?? user.Username}", Tone.Plain)
    {
        Before = ["Your account is open. Confirmations of what you book will come to this address.", "If it was not you who opened it, somebody mistyped an address, and you need do nothing."],
        Facts = [new("Username", user.Username)],
    };
}
