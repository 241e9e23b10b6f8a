using System.Text.Json;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Deploy;

/// <summary>The Dockerfile: what its last stage makes of a container.</summary>
internal sealed partial class ImageFile
{
    private ImageFile(IReadOnlyList<(string Word, string Text)> instructions) => Instructions = instructions;

    /// <summary>In order, continued lines joined.</summary>
    public IReadOnlyList<(string Word, string Text)> Instructions { get; }

    public IEnumerable<string> BaseImages => Of("FROM").Select(from => from.Split(' ').First(word => word.StartsWith("mcr.", StringComparison.Ordinal)));

    /// <summary>From the last FROM on.</summary>
    private IEnumerable<(string Word, string Text)> LastStage => Instructions.Skip(Instructions.ToList().FindLastIndex(one => one.Word == "FROM") + 1);

    public string WorkingDirectory => Last("WORKDIR");

    public string User => Last("USER");

    public string Port => Last("EXPOSE");

    public string[] EntryPoint => JsonSerializer.Deserialize<string[]>(Last("ENTRYPOINT"))!;

    public string[] HealthCommand => JsonSerializer.Deserialize<string[]>(Last("HEALTHCHECK").Split("CMD ")[1])!;

    public IReadOnlyDictionary<string, string> Environment =>
        Pairs().Matches(string.Join(' ', LastStage.Where(one => one.Word == "ENV").Select(one => one.Text))).ToDictionary(pair => pair.Groups[1].Value, pair => pair.Groups[2].Value.Trim('"'));

    public IReadOnlyDictionary<string, string> Labels =>
        Pairs().Matches(string.Join(' ', LastStage.Where(one => one.Word == "LABEL").Select(one => one.Text))).ToDictionary(pair => pair.Groups[1].Value, pair => pair.Groups[2].Value.Trim('"'));

    /// <summary>What it copies out of the repository, in order.</summary>
    public IEnumerable<string> Sources => Of("COPY").Where(copy => !copy.Contains("--from=", StringComparison.Ordinal)).SelectMany(copy => copy.Split(' ')[..^1]);

    public static ImageFile Read()
    {
        var lines = Repository.Read("Dockerfile").Split('\n').Where(line => !line.StartsWith('#') && line.Trim().Length > 0);
        return new([.. string.Join('\n', lines).Replace("\\\n", "", StringComparison.Ordinal).Split('\n')
            .Select(line => (line.Split(' ')[0], Spaces().Replace(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], " ")))]);
    }

    public IEnumerable<string> Of(string word) => Instructions.Where(one => one.Word == word).Select(one => one.Text);

    private string Last(string word) => LastStage.Last(one => one.Word == word).Text;

    [GeneratedRegex("""([\w.]+)=("[^"]*"|\S+)""")]
    private static partial Regex Pairs();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
