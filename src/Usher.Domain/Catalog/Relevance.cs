namespace Usher.Domain.Catalog;

/// <summary>
/// Rank of an event that has all the words, by its name. An event named like the query comes before one whose description matches. One rule
/// in the domain, so that both databases rank the same.
/// </summary>
public static class Relevance
{
    /// <param name="nameKey">The folded name.</param>
    /// <param name="words">Words of the query.</param>
    public static int Of(string nameKey, IReadOnlyList<AskedWord> words)
    {
        if (words.Count == 0)
            return 0;
        var all = string.Join(' ', words.Select(word => word.Text));
        if (nameKey == all)
            return 3 * words.Count + 1;
        var name = $" {nameKey} ";
        var score = words.Sum(word => name.Contains($" {word.Text} ", StringComparison.Ordinal) ? 2 : IsPart(name, word) ? 1 : 0);
        // All of them side by side.
        if (words.Count > 1 && name.Contains($" {all}", StringComparison.Ordinal))
            score += words.Count;
        return score;
    }

    private static bool IsPart(string name, AskedWord word) =>
        word.Anywhere ? name.Contains(word.Text, StringComparison.Ordinal) : word.Begins && name.Contains($" {word.Text}", StringComparison.Ordinal);
}
