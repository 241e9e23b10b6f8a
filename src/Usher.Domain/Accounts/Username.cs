namespace Usher.Domain.Accounts;

/// <summary>What others see of an account, and one of the two ways to log in to it. It has no @, so it never looks like an address.</summary>
public static class Username
{
    public const int Shortest = 3;
    public const int Longest = 40;
    public const string Pattern = "[A-Za-z0-9._-]+";
    public const string Rule = "The username can contain only the letters A to Z, digits, dots, underscores and hyphens.";

    /// <summary>What two spellings of one name have in common.</summary>
    public static string Key(string value) => Text.CleanVisible(value).ToLowerInvariant();
}
