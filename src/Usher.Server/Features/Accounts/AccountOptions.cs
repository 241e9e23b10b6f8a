using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Features.Accounts;

internal sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>
    /// What links in mails begin with; without it, the address that the process listens at. Never what a request says: whoever sends
    /// one chooses its <c>Host</c>, and would choose where somebody else's link leads. A process that only works has to be told.
    /// </summary>
    [Url]
    public string? PublicUrl { get; init; }

    /// <summary>Minutes for which a link to set a new password is good.</summary>
    [Range(0.01, 24 * 60)]
    public double ResetLinkMinutes { get; init; } = 60;

    /// <summary>Hours for which a link to verify an address is good.</summary>
    [Range(0.001, 24 * 30)]
    public double VerifyLinkHours { get; init; } = 48;

    /// <summary>Seconds before the same address gets another link of the same kind.</summary>
    [Range(0, 3600)]
    public double LinkEverySeconds { get; init; } = 60;

    /// <summary>
    /// Links of the same kind that one address gets in a day, whoever asks for them. Those that set a new password of a verified account are
    /// counted by the time that one is good, so that nobody can use them up for its owner.
    /// </summary>
    [Range(1, 1000)]
    public int LinksPerAddress { get; init; } = 5;

    /// <summary>Links to verify an address, of whatever addresses, that one account can have sent in a day.</summary>
    [Range(1, 1000)]
    public int LinksPerAccount { get; init; } = 10;

    /// <summary>Hours for which whoever reads the address that an account had can take its change back. That long nobody else gets the address.</summary>
    [Range(0.001, 240)]
    public double UndoEmailHours { get; init; } = 72;

    /// <summary>Minutes after signing in with the password for which it is not asked for again.</summary>
    [Range(0, 1440)]
    public double RecentSignInMinutes { get; init; } = 10;

    /// <summary>Days after its end for which it is remembered that there was a session.</summary>
    [Range(1, 3650)]
    public double KeepSessionsDays { get; init; } = 30;
}
