using Usher.Domain.Accounts;
using static Usher.Server.Features.Notifications.Letters.Phrases;

namespace Usher.Server.Features.Notifications.Letters;

internal static class AccountLetters
{
    public static Letter Welcome(User user, string? link) => new("Welcome", "Your account is open.", $"Welcome, {user.DisplayName ?? user.Username}", Tone.Plain)
    {
        Before =
        [
            "Your account is open. Confirmations of what you book will come to this address.",
            .. link is null ? (string[])[] : ["Please confirm that the address is yours."],
        ],
        Action = link is null ? null : new("Verify address", link),
        Facts = [new("Username", user.Username)],
        After = ["If it was not you who opened it, somebody mistyped an address, and you need do nothing."],
    };

    /// <summary>Null if the link has been used or has expired.</summary>
    public static Letter? VerifyEmail(string? link) => link is null ? null
        : new("Verify your address", "One press, and it is done.", "Verify your address", Tone.Plain)
        {
            Before = ["An account of ours has this address. Please confirm that it is yours."],
            Action = new("Verify address", link),
            After = ["If you have no account here, somebody mistyped an address, and you need do nothing."],
        };

    /// <summary>Null if the link has been used or has expired.</summary>
    public static Letter? ResetPassword(string? link) => link is null ? null
        : new("Set a new password", "The link is good once, and not for long.", "Set a new password", Tone.Plain)
        {
            Before = ["Somebody asked for a new password for the account with this address. The link is good once, and not for long."],
            Action = new("Set a new password", link),
            After = ["If it was not you, you need do nothing: your password stays as it is."],
        };

    public static Letter PasswordChanged(User user, DateTimeOffset at) =>
        new("Your password was changed", "Everywhere else you are signed out.", "Your password was changed", Tone.Warning)
        {
            Before = ["The password of your account was changed, and all other sessions are signed out."],
            Facts = [new("Username", user.Username), new("When", When(at, user.TimeZone))],
            After = ["If it was not you, ask for a new password at once: a link to set one comes to this address."],
        };

    /// <summary>Mail to the former address. It does not mention the new one.</summary>
    /// <param name="link">Null if it has been used or has expired.</param>
    public static Letter EmailChanged(User user, DateTimeOffset at, string? link) =>
        new("Your address was changed", "Nothing more comes to this one.", "Your address was changed", Tone.Warning)
        {
            Before = ["Your account has another e-mail address now. Nothing more comes to this one."],
            Facts = [new("Username", user.Username), new("When", When(at, user.TimeZone))],
            After = link is null ? ["If it was not you, tell whoever sells your tickets."]
                : ["If it was not you, take it back with the button, at the latest three days after the change. Then everybody is signed out, and you set a new password."],
            Action = link is null ? null : new("It was not me: take it back", link),
        };

    public static Letter SecondFactorOn(User user, DateTimeOffset at) =>
        new("Your second factor is on", "Logging in takes a code from now on.", "Your second factor is on", Tone.Good)
        {
            Before = ["From now on logging in takes your password and a code of your authenticator app. All other sessions are signed out.", "Keep the recovery codes where the app is not."],
            Facts = [new("Username", user.Username), new("When", When(at, user.TimeZone))],
            After = ["If it was not you, somebody knows your password. Tell whoever runs this service."],
        };

    public static Letter SecondFactorOff(User user, DateTimeOffset at) =>
        new("Your second factor was turned off", "Logging in takes your password only.", "Your second factor was turned off", Tone.Warning)
        {
            Before = ["From now on logging in takes your password only."],
            Facts = [new("Username", user.Username), new("When", When(at, user.TimeZone))],
            After = ["If it was not you, set a new password at once, and turn the second factor on again."],
        };

    public static Letter RecoveryCodeUsed(User user, DateTimeOffset at) =>
        new("A recovery code was used", "It is not good again.", "A recovery code was used", Tone.Warning)
        {
            Before = ["Somebody who knows your password used one of your recovery codes. It is not good again."],
            Facts = [new("Username", user.Username), new("When", When(at, user.TimeZone))],
            After = ["If it was not you, set a new password and get new recovery codes at once."],
        };
}
