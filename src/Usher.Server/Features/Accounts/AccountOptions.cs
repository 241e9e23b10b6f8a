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
}
