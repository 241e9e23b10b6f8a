using System.Globalization;
using System.Text;

namespace Usher.Domain.Accounts;

/// <summary>A password must be long, and it must not be one that an attacker tries first. It needs no digit and no capital letter.</summary>
public static class Password
{
    public const int Shortest = 8;
    public const int Longest = 128;

    // A context word of two letters would reject too many passwords.
    private const int ShortestContextWord = 3;

    /// <summary>NFC: the same characters give the same password on every keyboard.</summary>
    public static string Clean(string value) => Text.HasNormalForm(value) ? value.Normalize(NormalizationForm.FormC) : value;

    /// <summary>The reason to reject this password for the account, or null.</summary>
    public static string? Objection(string password, string username, string email)
    {
        var length = Clean(password).EnumerateRunes().Count();
        if (length is < Shortest or > Longest)
            return string.Create(CultureInfo.InvariantCulture, $"The password must have {Shortest} to {Longest} characters.");
        if (CommonPasswords.Contains(password) || password.Distinct().Count() < 4)
            return "This password is too common.";
        string[] context = ["usher", username, email.Split('@')[0]];
        return context.Any(word => word.Length >= ShortestContextWord && password.Contains(word, StringComparison.OrdinalIgnoreCase))
            ? "The password must not contain your name, your address or the name of this service."
            : null;
    }
}
