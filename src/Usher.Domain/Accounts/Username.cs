namespace Usher.Domain.Accounts;

/// <summary>Public name of an account, and one of two ways to log in. It has no @, so it never looks like an address.</summary>
public static class Username
{
    public const int Shortest = 3;
    public const int Longest = 40;
    public const string Pattern = "[A-Za-z0-9._-]+";
    public const string Rule = "The username can contain only the letters A to Z, digits, dots, underscores and hyphens.";

    /// <summary>Comparison key: equal for all spellings of one name.</summary>
    public static string Key(string value) => Text.CleanVisible(value).ToLowerInvariant();
}
