using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Features.Accounts;

internal sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>
    /// Base address of links in mails. Without it, the listening address of the process. The server never uses the <c>Host</c> of a
    /// request, because its sender could then choose where another user's link leads. A process that only works needs this setting.
    /// </summary>
    [Url]
    public string? PublicUrl { get; init; }

    /// <summary>Lifetime of a link to set a new password, in minutes.</summary>
    [Range(0.01, 24 * 60)]
    public double ResetLinkMinutes { get; init; } = 60;

    /// <summary>Lifetime of a link to verify an address, in hours.</summary>
    [Range(0.001, 24 * 30)]
    public double VerifyLinkHours { get; init; } = 48;

    /// <summary>Seconds before the same address can get another link of the same kind.</summary>
    [Range(0, 3600)]
    public double LinkEverySeconds { get; init; } = 60;

    /// <summary>
    /// Links of the same kind that one address can get in a day, regardless of who requests them. Links to set the password of a
    /// verified account are counted by their lifetime, so that an attacker cannot use up the owner's limit.
    /// </summary>
    [Range(1, 1000)]
    public int LinksPerAddress { get; init; } = 5;

    /// <summary>Links to verify addresses that one account can request in a day, for all its addresses together.</summary>
    [Range(1, 1000)]
    public int LinksPerAccount { get; init; } = 10;

    /// <summary>Hours in which the reader of the former address can undo its change. No other account can take the address in this time.</summary>
    [Range(0.001, 240)]
    public double UndoEmailHours { get; init; } = 72;

    /// <summary>Minutes after a sign-in with the password in which the server does not ask for it again.</summary>
    [Range(0, 1440)]
    public double RecentSignInMinutes { get; init; } = 10;

    /// <summary>Days that an ended session is stored.</summary>
    [Range(1, 3650)]
    public double KeepSessionsDays { get; init; } = 30;
}
