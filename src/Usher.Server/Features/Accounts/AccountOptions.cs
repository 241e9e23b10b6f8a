using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Features.Accounts;

internal sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>
    /// What links in mails begin with. From here and nowhere else: whoever sends a request chooses its <c>Host</c>, and would
    /// choose where somebody else's link leads.
    /// </summary>
    [Required, Url]
    public string PublicUrl { get; init; } = "http://127.0.0.1:5080";

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
