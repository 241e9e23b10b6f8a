namespace Usher.Domain.Catalog;

/// <summary>
/// How well an event that has all the words answers them: by its name. What is called so comes before what only is said
/// to have to do with it. One rule in the domain, so that both databases rank the same.
/// </summary>
public static class Relevance
{
    /// <param name="nameKey">The folded name.</param>
    /// <param name="words">The folded words that were looked for; the last one may be the beginning of one.</param>
    public static int Of(string nameKey, IReadOnlyList<string> words)
    {
        if (words.Count == 0)
            return 0;
        if (nameKey == string.Join(' ', words))
            return 3 * words.Count + 1;
        var name = $" {nameKey} ";
        var score = words.Sum(word => name.Contains($" {word} ", StringComparison.Ordinal) ? 2 : 0);
        var last = words[^1];
        if (name.Contains($" {last}", StringComparison.Ordinal) && !name.Contains($" {last} ", StringComparison.Ordinal))
            score++;
        // All of them side by side.
        if (words.Count > 1 && name.Contains($" {string.Join(' ', words)}", StringComparison.Ordinal))
            score += words.Count;
        return score;
    }
}
