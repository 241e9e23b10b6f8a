using System.Text.RegularExpressions;
using Usher.IntegrationTests.Docs;
using Usher.IntegrationTests.Harness;
using Usher.Server;

namespace Usher.IntegrationTests.Deploy;

/// <summary>Every path, name, port, verb and key in the files that ship the program is one that there is.</summary>
public sealed partial class ShippedFilesTests
{
    public static TheoryData<string> ComposeFiles => ["compose.yaml", "compose.sqlite.yaml"];

    [Fact]
    public void The_image_is_built_from_what_is_there()
    {
        var image = ImageFile.Read();
        Assert.All(image.Sources, source => Assert.True(Path.Exists(Repository.PathOf(source)), $"{source} is not there."));
        var ignored = Repository.Read(".dockerignore").Split('\n');
        Assert.Equal("*", ignored.First(line => !line.StartsWith('#')));
        foreach (var source in image.Sources)
            Assert.Contains($"!{source.Split('/')[0]}", ignored);

        // What is restored before the sources come: every project that the server is made of, with its lock file.
        var projects = Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file)).ToList();
        Assert.NotEmpty(projects);
        foreach (var project in projects)
        {
            Assert.Contains(project, image.Sources);
            Assert.Contains(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"), image.Sources);
        }
        foreach (var file in Directory.GetFiles(Repository.Root, "Directory.*.props").Append("global.json"))
            Assert.Contains(Path.GetFileName(file), image.Sources);
    }

    [Fact]
    public void The_image_is_that_of_the_program()
    {
        var image = ImageFile.Read();
        var framework = ElementOf("Directory.Build.props", "TargetFramework")["net".Length..];
        Assert.Equal(2, image.BaseImages.Count());
        Assert.All(image.BaseImages, from => Assert.Contains($":{framework}-", from, StringComparison.Ordinal));
        // Without ICU and the time zones there are no local times.
        Assert.EndsWith("-extra", image.BaseImages.Last(), StringComparison.Ordinal);
        var program = ElementOf("src/Usher.Server/Usher.Server.csproj", "AssemblyName") + ".dll";
        Assert.Equal(["dotnet", program], image.EntryPoint);
        Assert.Equal(["dotnet", program, "health"], image.HealthCommand);
        Assert.True(IsVerb("health"));
        Assert.Equal("$APP_UID", image.User);
        Assert.Equal(image.Port, image.Environment["ASPNETCORE_HTTP_PORTS"]);
        Assert.All(image.Environment.Keys.Where(key => !key.StartsWith("ASPNETCORE_", StringComparison.Ordinal)), IsSetting);
        Assert.Equal(ElementOf("Directory.Build.props", "PackageLicenseExpression"), image.Labels["org.opencontainers.image.licenses"]);
        foreach (var label in (string[])["title", "description", "version", "revision"])
            Assert.NotEmpty(image.Labels[$"org.opencontainers.image.{label}"]);
    }

    [Theory, MemberData(nameof(ComposeFiles))]
    public void Compose_asks_the_program_for_what_it_knows(string file)
    {
        var (compose, image) = (ComposeFile.Read(file), ImageFile.Read());
        Assert.Contains(compose.Services, service => service.IsUsher);
        foreach (var service in compose.Services.Where(service => service.IsUsher))
        {
            Assert.All(service.Environment, one => IsSetting(one.Key));
            Assert.All(service.Command.Take(1), verb => Assert.True(IsVerb(verb), $"{service.Name}: {verb} is no verb."));
            foreach (var (secret, target) in service.Secrets)
            {
                Assert.StartsWith("/run/secrets/", target, StringComparison.Ordinal);
                if (!secret.Contains('.', StringComparison.Ordinal))
                    IsSetting(secret);
                else
                    Assert.Contains(service.Environment, one => one.Value == target);
            }
            Assert.All(service.Environment.Where(one => one.Value.StartsWith("/run/secrets/", StringComparison.Ordinal)),
                one => Assert.Contains(service.Secrets, secret => secret.Target == one.Value));
            // A server has 30 seconds to answer what it has begun.
            Assert.True(int.Parse(service.Node["stop_grace_period"]!.GetValue<string>().TrimEnd('s'), null) > 30);
            Assert.Equal("true", service.Node["read_only"]!.GetValue<string>());
            Assert.Contains("/tmp", service.Node["tmpfs"]!.AsArray().Select(one => one!.GetValue<string>()));
            Assert.Equal(["ALL"], service.Node["cap_drop"]!.AsArray().Select(one => one!.GetValue<string>()));
            Assert.All(service.Ports, port => Assert.EndsWith($":{image.Port}", port, StringComparison.Ordinal));
            Assert.All(service.Volumes, volume => Assert.EndsWith($":{image.Environment["DataDirectory"]}", volume, StringComparison.Ordinal));
        }
    }

    [Theory, MemberData(nameof(ComposeFiles))]
    public async Task What_compose_refers_to_is_there(string file)
    {
        var compose = ComposeFile.Read(file, ("USHER_SECRETS", "made"));
        var made = Directory.CreateTempSubdirectory("usher-secrets-");
        using (var making = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Repository.PathOf("deploy/secrets.sh"), [made.FullName]) { RedirectStandardOutput = true })!)
            await making.WaitForExitAsync();
        var (volumes, networks, secrets) = (NamesOf(compose, "volumes"), NamesOf(compose, "networks"), NamesOf(compose, "secrets"));
        foreach (var service in compose.Services)
        {
            foreach (var volume in service.Volumes.Select(volume => volume.Split(':')[0]))
                Assert.True(volume.StartsWith("./", StringComparison.Ordinal) ? File.Exists(Repository.PathOf(volume)) : volumes.Contains(volume), $"{service.Name}: {volume} is not there.");
            Assert.All(service.Secrets, secret => Assert.Contains(secret.Secret, secrets));
            Assert.All(service.Networks, network => Assert.Contains(network, networks));
            Assert.All(service.Ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
            foreach (var (before, condition) in service.DependsOn)
                Assert.True(condition == "service_healthy" ? compose[before].HealthCommand is not null || compose[before].IsUsher : condition == "service_completed_successfully" && compose[before].Node["restart"]!.GetValue<string>() == "no",
                    $"{service.Name} waits for {before} to be {condition}, which it never is.");
            if (!service.IsUsher)
                Assert.Matches(@":v?\d", service.Image);
        }
        foreach (var secret in secrets)
        {
            var (path, makes) = (compose.Root["secrets"]![secret]!["file"]!.GetValue<string>(), Path.Combine(made.FullName, secret));
            Assert.Equal($"made/{secret}", path);
            Assert.True(File.Exists(makes), $"deploy/secrets.sh does not make {secret}.");
        }
        made.Delete(recursive: true);
    }

    [Fact]
    public void The_variables_of_compose_are_those_of_the_example()
    {
        var example = Repository.Read(".env.example").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var asked = ComposeFile.Read("compose.yaml").Variables.ToDictionary();
        foreach (var (name, value) in ComposeFile.Read("compose.sqlite.yaml").Variables)
            Assert.Equal(asked[name], value);
        Assert.Equal(asked.OrderBy(one => one.Key), example.OrderBy(one => one.Key));
    }

    [Fact]
    public void The_proxy_leads_to_the_servers_and_is_the_one_they_believe()
    {
        var (compose, image, nginx) = (ComposeFile.Read("compose.yaml"), ImageFile.Read(), Repository.Read("deploy/nginx/usher.conf"));
        var servers = compose.Services.Where(service => service.Command is ["serve"]).ToList();
        Assert.True(servers.Count >= 2);
        Assert.Equal(servers.Select(server => $"{server.Name}:{image.Port}").Order(), Upstream().Matches(nginx).Select(match => match.Groups[1].Value).Order());
        var proxy = compose["proxy"];
        Assert.All(servers, server => Assert.Equal(proxy.AddressIn("front"), server.Environment.Single(one => one.Key == "ForwardedHeaders__KnownProxies").Value));
        // It waits for an import for longer than the file may take to arrive, and a read no longer than usual.
        var import = ImportLocation().Match(nginx);
        Assert.True(int.Parse(import.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= 2 * new Usher.Server.Features.Catalog.CatalogOptions().ImportBodySeconds);
        Assert.Single(Regex.Matches(nginx, "proxy_read_timeout"));
        Assert.Contains($"listen {proxy.Ports.Single().Split(':')[^1]};", nginx, StringComparison.Ordinal);
        Assert.Equal(servers.Select(server => server.Name).Order(), proxy.DependsOn.Select(before => before.Service).Order());
        // Only it can be reached by name and port from there: what a server stands on is in another network.
        Assert.Equal(["front"], proxy.Networks);
        Assert.All(compose.Services.Where(service => !service.IsUsher && service.Name != "proxy"), service => Assert.Equal(["back"], service.Networks));
        foreach (var type in (string[])["not_found", "payload_too_large", "unavailable"])
            Assert.Contains(Usher.Server.Platform.Http.Problems.All, problem => problem.Code == type && nginx.Contains($"/docs/errors#{type}\",\"title\":\"", StringComparison.Ordinal));
        var addresses = compose.Services.Select(service => service.AddressIn("front")).OfType<string>().ToList();
        Assert.Equal(addresses.Count, addresses.Distinct().Count());
        var subnet = System.Net.IPNetwork.Parse(compose.Root["networks"]!["front"]!["ipam"]!["config"]![0]!["subnet"]!.GetValue<string>());
        Assert.All(addresses, address => Assert.True(subnet.Contains(System.Net.IPAddress.Parse(address))));
    }

    internal static bool IsVerb(string word) => Regex.IsMatch(CommandLine.Usage, $"^ +{Regex.Escape(word)} ", RegexOptions.Multiline);

    /// <summary>A setting of the program, or the one variable of glibc that what is shipped sets.</summary>
    internal static void IsSetting(string name) =>
        Assert.True(name == "MALLOC_ARENA_MAX" || ConfigurationTable.Keys.Contains(name.Replace("__", ":", StringComparison.Ordinal)), $"{name} is no setting.");

    private static HashSet<string> NamesOf(ComposeFile compose, string member) => [.. (compose.Root[member]?.AsObject() ?? []).Select(one => one.Key)];

    private static string ElementOf(string file, string element) => Regex.Match(Repository.Read(file), $"<{element}>([^<]+)</{element}>").Groups[1].Value;

    [GeneratedRegex(@"location = /api/events/import \{[^}]*proxy_read_timeout (\d+)s;")]
    private static partial Regex ImportLocation();

    [GeneratedRegex(@"^\s*server (\S+:\d+)", RegexOptions.Multiline)]
    private static partial Regex Upstream();
}
