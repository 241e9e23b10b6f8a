using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Platform.Security;

internal sealed class AuthOptions
{
    public const string Section = "Auth";

    public const int MostAccessTokenMinutes = 15;

    /// <summary>Issuer of access tokens: the <c>iss</c> claim.</summary>
    [Required]
    public string Issuer { get; init; } = "usher";

    /// <summary>Audience of access tokens: the <c>aud</c> claim.</summary>
    [Required]
    public string Audience { get; init; } = "usher";

    /// <summary>
    /// A PEM file of P-256 private keys. The first key signs; tokens of all keys are valid, so a new key can be put before the old
    /// one. Only Development can omit it; then the first start creates a key.
    /// </summary>
    public string? SigningKeyFile { get; init; }

    /// <summary>Lifetime of an access token in minutes; fractions are allowed.</summary>
    [Range(0.01, MostAccessTokenMinutes)]
    public double AccessTokenMinutes { get; init; } = 10;

    /// <summary>Lifetime of a session in days, from its last refresh.</summary>
    [Range(1, 365)]
    public int RefreshTokenDays { get; init; } = 30;

    /// <summary>Whether booking and publishing require a verified address. It costs one read for each booking.</summary>
    public bool RequireVerifiedEmail { get; init; }

    public TimeSpan AccessTokenLife => TimeSpan.FromMinutes(AccessTokenMinutes);
}
