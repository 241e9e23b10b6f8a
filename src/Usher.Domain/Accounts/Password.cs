using System.Globalization;
using System.Text;

namespace Usher.Domain.Accounts;

/// <summary>A password has to be long and not one of the first that a stranger would try. It owes nobody a digit or a capital.</summary>
public static class Password
{
    public const int Shortest = 8;
    public const int Longest = 128;

    // A context word of two letters is in every third sentence.
    private const int ShortestContextWord = 3;

    /// <summary>The same characters give the same password, whatever keyboard composed them.</summary>
    public static string Clean(string value) => Text.HasNormalForm(value) ? value.Normalize(NormalizationForm.FormC) : value;

    /// <summary>Why it cannot be this account's password, or null.</summary>
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
