using System.Diagnostics;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Deploy;

/// <summary>The units, and what stands beside them on a machine of its own.</summary>
public sealed partial class SystemdTests
{
    private static string[] Units => Directory.GetFiles(Repository.PathOf("deploy/systemd"), "*.service");

    [Fact]
    public async Task Systemd_understands_the_units()
    {
        var folder = Directory.CreateTempSubdirectory("usher-units-").FullName;
        Assert.Equal(3, Units.Length);
        // The program is where it will be installed; here it only has to be one.
        foreach (var unit in Units)
            await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileName(unit).Replace("@.", "@5080.", StringComparison.Ordinal)),
                (await File.ReadAllTextAsync(unit)).Replace("/opt/usher/usher", "/usr/bin/true", StringComparison.Ordinal));
        var files = Directory.GetFiles(folder);
        // It exits 0 for many a setting that it does not know, and says so.
        Assert.Equal("", await Said("systemd-analyze", ["verify", "--man=no", .. files]));
        foreach (var file in files)
            await Said("systemd-analyze", ["security", "--offline=true", "--threshold=20", "--no-pager", file]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_units_ask_the_program_for_what_it_knows()
    {
        foreach (var unit in Units)
        {
            var lines = File.ReadAllLines(unit);
            foreach (var words in lines.Where(line => line.StartsWith("ExecStart", StringComparison.Ordinal)).Select(line => line.Split('=', 2)[1].Split(' ')))
            {
                Assert.Equal("/opt/usher/usher", words[0]);
                Assert.True(ShippedFilesTests.IsVerb(words[1]), $"{unit}: {words[1]} is no verb.");
                Assert.All(words.Where(word => word.StartsWith("--", StringComparison.Ordinal) && word != "--wait"), option => ShippedFilesTests.IsSetting(option[2..]));
            }
            var credentials = ValuesOf(lines, "LoadCredential").Select(value => value.Split(':')).ToList();
            Assert.All(credentials, credential => Assert.Equal($"/etc/usher/secrets/{credential[0]}", credential[1]));
            Assert.All(credentials, credential => Assert.Contains($"secret {credential[0]} ", Repository.Read("deploy/secrets.sh"), StringComparison.Ordinal));
            Assert.All(credentials.Where(credential => !credential[0].Contains('.', StringComparison.Ordinal)), credential => ShippedFilesTests.IsSetting(credential[0]));
            foreach (var pair in ValuesOf(lines, "Environment").SelectMany(value => value.Split(' ')).Select(pair => pair.Split('=')))
            {
                ShippedFilesTests.IsSetting(pair[0]);
                Assert.True(!pair[1].StartsWith("%d/", StringComparison.Ordinal) || credentials.Any(credential => pair[1] == $"%d/{credential[0]}"), $"{unit}: {pair[1]} is not loaded.");
            }
        }
        foreach (var line in Repository.Read("deploy/systemd/usher.env").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')))
            ShippedFilesTests.IsSetting(line.Split('=')[0]);
    }

    /// <summary>The line of the page, as it stands there, and then nginx itself.</summary>
    [Fact]
    public async Task Nginx_takes_the_file_for_the_servers_of_the_units()
    {
        var folder = Directory.CreateTempSubdirectory("usher-nginx-").FullName;
        var command = SedCommand().Match(Repository.Read("docs/run/operations.md"));
        Assert.True(command.Success, "docs/run/operations.md does not say how the file is made.");
        await Said("sh", ["-c", $"cd {Repository.Root} && {command.Groups[1].Value} >{folder}/usher.conf"]);
        var made = await File.ReadAllTextAsync(Path.Combine(folder, "usher.conf"));
        Assert.Matches(@"server 127\.0\.0\.1:5080 [^;]*;\s*server 127\.0\.0\.1:5081 ", made);
        // At a path of the tests, and with a port that need not be free.
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), Repository.Read("deploy/nginx/nginx.conf").Replace("/tmp/", $"{folder}/", StringComparison.Ordinal).Replace("/etc/nginx/conf.d", folder, StringComparison.Ordinal));
        await Said("nginx", ["-t", "-q", "-e", "stderr", "-c", $"{folder}/nginx.conf"]);
        Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<string> ValuesOf(string[] lines, string name) =>
        lines.Where(line => line.StartsWith($"{name}=", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..]);

    private static async Task<string> Said(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // What root starts, others need not have in their path.
        start.Environment["PATH"] += ":/usr/sbin";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var said = await process.StandardError.ReadToEndAsync() + await output;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {said}");
        return said;
    }

    [GeneratedRegex(@"^(sed .* deploy/nginx/usher\.conf) >", RegexOptions.Multiline)]
    private static partial Regex SedCommand();
}
