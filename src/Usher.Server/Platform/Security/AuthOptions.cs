using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Platform.Security;

internal sealed class AuthOptions
{
    public const string Section = "Auth";

    public const int MostAccessTokenMinutes = 15;

    /// <summary>Who says so: the <c>iss</c> of access tokens.</summary>
    [Required]
    public string Issuer { get; init; } = "usher";

    /// <summary>For whom: the <c>aud</c> of access tokens.</summary>
    [Required]
    public string Audience { get; init; } = "usher";

    /// <summary>
    /// A PEM file of P-256 private keys. The first signs; tokens of all of them are good, so that a new key can be put
    /// before the old one. Only in Development may it be left out: then a key is made on first start.
    /// </summary>
    public string? SigningKeyFile { get; init; }

    /// <summary>How long an access token is good; fractions allowed.</summary>
    [Range(0.01, MostAccessTokenMinutes)]
    public double AccessTokenMinutes { get; init; } = 10;

    /// <summary>How many days a session lasts from its last refresh.</summary>
    [Range(1, 365)]
    public int RefreshTokenDays { get; init; } = 30;

    /// <summary>Whether booking and publishing are refused until the address of the account is verified. It costs a read for each booking.</summary>
    public bool RequireVerifiedEmail { get; init; }

    public TimeSpan AccessTokenLife => TimeSpan.FromMinutes(AccessTokenMinutes);
}
