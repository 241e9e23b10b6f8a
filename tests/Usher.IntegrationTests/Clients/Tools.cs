using System.Diagnostics;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Clients;

/// <summary>Programs of others that read the document of the API, pinned in <c>dotnet-tools.json</c> and <c>tests/clients</c>.</summary>
internal static class Tools
{
    public const string Folder = "tests/clients";

    /// <summary>One that makes something out of the document; another test may be about to ask for the same.</summary>
    public static Task Npm(string name, params string[] arguments) => Run("node", Folder, [Program(name), .. arguments]);

    /// <summary>The file that npm would run for a command.</summary>
    public static string Program(string name)
    {
        var link = Repository.PathOf($"{Folder}/node_modules/.bin/{name}");
        Assert.True(File.Exists(link), $"{name} is not there: npm ci --prefix {Folder}");
        return new FileInfo(link).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link;
    }

    /// <returns>What it said.</returns>
    public static async Task<string> Run(string program, string folder, params string[] arguments)
    {
        var (exitCode, said) = await Try(program, folder, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}: {said}");
        return said;
    }

    public static async Task<(int ExitCode, string Said)> Try(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(Start(program, folder, arguments))!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    public static ProcessStartInfo Start(string program, string folder, params string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = Repository.PathOf(folder),
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // None asks for newer versions of itself or tells anybody of its use.
        Environment = { ["KIOTA_OFFLINE_ENABLED"] = "true", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true", ["DO_NOT_TRACK"] = "1" },
    };
}
