using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Npgsql;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Deploy;

/// <summary>
/// What a compose file and the Dockerfile say, without a container engine: each service as processes, with the command,
/// environment, user, mounts, secrets and order that stand there. One thing is translated: they share the machine's
/// loopback, so each has an address there that its name leads to, and listens at it where it would listen at all of its own.
/// </summary>
internal sealed class Topology : IAsyncDisposable
{
    /// <summary>APP_UID of the base image.</summary>
    private const int AppUser = 1654;

    private readonly string _folder = Directory.CreateTempSubdirectory("usher-topology-").FullName;
    // Another for each, so that two runs on one machine do not meet.
    private readonly string _network = $"127.{Random.Shared.Next(16, 250)}.{Random.Shared.Next(1, 250)}.";
    private readonly ImageFile _image = ImageFile.Read();
    private readonly ComposeFile _compose;
    private readonly Dictionary<string, IPAddress> _addresses = [];
    private readonly ConcurrentDictionary<string, Container> _containers = new();
    private LocalRabbitMq? _broker;

    private Topology(string file)
    {
        _compose = ComposeFile.Read(file, ("USHER_SECRETS", Path.Combine(_folder, "secrets")));
        // Services without a fixed address come after those with one.
        var given = 100;
        foreach (var service in _compose.Services)
            foreach (var instance in InstancesOf(service))
                _addresses[instance] = IPAddress.Parse(service.AddressIn("front") is { } known ? Translated(known) : $"{_network}{++given}");
        File.WriteAllLines(Hosts, _addresses.Select(one => $"{one.Value} {one.Key}"));
    }

    /// <summary>From nothing to the last service that is healthy.</summary>
    public TimeSpan TookToStart { get; private set; }

    public SmtpSink? Mail { get; private set; }

    /// <summary>Of the database, for looking at it from here.</summary>
    public string Connection { get; private set; } = "";

    /// <summary>What is published, where it listens.</summary>
    public Uri Entrance { get; private set; } = null!;

    private string Hosts => Path.Combine(_folder, "hosts");

    private string Volume(string name) => Path.Combine(_folder, "volumes", name);

    public static async Task<Topology> Start(string file)
    {
        var topology = new Topology(file);
        try
        {
            var took = Stopwatch.StartNew();
            await Execute(Repository.PathOf("deploy/secrets.sh"), Path.Combine(topology._folder, "secrets"));
            var starts = new Dictionary<string, Lazy<Task>>();
            foreach (var service in topology._compose.Services)
                starts[service.Name] = new(() => topology.Start(service, starts));
            await Task.WhenAll(starts.Values.Select(start => start.Value));
            topology.TookToStart = took.Elapsed;
            return topology;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public Task Kill(string instance) => _containers[instance].Kill();

    /// <summary>As an engine starts again what has died.</summary>
    public Task StartAgain(string instance) => StartUsher(_compose[instance], instance);

    /// <summary>Asked to leave, and started again.</summary>
    public async Task Restart(string instance)
    {
        await _containers[instance].DisposeAsync();
        await StartAgain(instance);
    }

    /// <summary>What an instance has written since it was started last.</summary>
    public string LogOf(string instance) => _containers[instance].Output;

    /// <summary>The script that sells a ticket after a deployment.</summary>
    public Task Smoke() => Execute(Repository.PathOf("deploy/smoke.sh"), Entrance.ToString().TrimEnd('/'));

    /// <summary>The health command of the image, in a container.</summary>
    public async Task<int> AskHealth(string instance) => (await Container.Run(SetupOf(_compose[instance], instance, _image.HealthCommand))).ExitCode;

    /// <summary>A verb of the program in one more container of a service.</summary>
    public Task<(int ExitCode, string Output)> RunVerb(string instance, params string[] words) =>
        Container.Run(SetupOf(_compose[instance], instance, [.. _image.EntryPoint, .. words]));

    /// <summary>What lies in a named volume, which is its user's alone.</summary>
    public async Task<IEnumerable<string>> FilesOf(string volume, string pattern)
    {
        await AsRoot("chmod", "-R", "a+rX", Volume(volume));
        return Directory.EnumerateFiles(Volume(volume), pattern, SearchOption.AllDirectories);
    }

    public async ValueTask DisposeAsync()
    {
        // Those that serve, before what they stand on.
        await Task.WhenAll(_containers.Where(one => one.Key is not ("postgres" or "redis")).Select(one => one.Value.DisposeAsync().AsTask()));
        await Task.WhenAll(_containers.Where(one => one.Key is "postgres" or "redis").Select(one => one.Value.Kill()));
        if (Mail is not null)
            await Mail.DisposeAsync();
        if (_broker is not null)
            await _broker.DisposeAsync();
        await AsRoot("rm", "-rf", _folder);
    }

    private static string[] InstancesOf(ComposeFile.Service service) =>
        service.Replicas == 1 ? [service.Name] : [.. Enumerable.Range(1, service.Replicas).Select(replica => $"{service.Name}-{replica}")];

    /// <summary>Begun when what it depends on is: done, or healthy, as the file says. A start returns when that is so.</summary>
    private async Task Start(ComposeFile.Service service, Dictionary<string, Lazy<Task>> others)
    {
        await Task.WhenAll(service.DependsOn.Select(before => others[before.Service].Value));
        await Task.WhenAll(InstancesOf(service).Select(instance => service.Name switch
        {
            "migrate" => RunToEnd(service, instance),
            "postgres" => StartPostgres(service),
            "redis" => StartRedis(service),
            "rabbitmq" => StartRabbitMq(service),
            "mail" => StartMail(),
            "proxy" => StartProxy(service),
            _ when service.IsUsher => StartUsher(service, instance),
            _ => throw new InvalidOperationException($"How is {service.Name} started without a container engine?"),
        }));
        if (service.Ports.FirstOrDefault() is { } published && service.Name != "mail")
            Entrance = new($"http://{_addresses[service.Name]}:{published.Split(':')[^1]}/");
    }

    private async Task RunToEnd(ComposeFile.Service service, string instance)
    {
        var (exitCode, output) = await Container.Run(SetupOf(service, instance, [.. _image.EntryPoint, .. service.Command]));
        Assert.True(exitCode == 0, $"{service.Name} ended with {exitCode}: {output}");
    }

    private async Task StartUsher(ComposeFile.Service service, string instance)
    {
        var at = new IPEndPoint(_addresses[instance], int.Parse(_image.Port, null));
        var container = _containers[instance] = Container.Start(SetupOf(service, instance, [.. _image.EntryPoint, .. service.Command]));
        await container.Listens(at);
        using var http = new HttpClient();
        await Eventually.IsTrue(async () =>
        {
            Assert.False(container.HasEnded, container.Output);
            using var ready = await http.GetAsync(new Uri($"http://{at}/health/ready"));
            return ready.IsSuccessStatusCode;
        }, withinSeconds: 120);
    }

    private Container.Setup SetupOf(ComposeFile.Service service, string instance, IEnumerable<string> command)
    {
        var environment = new Dictionary<string, string>(_image.Environment) { ["ASPNETCORE_URLS"] = $"http://{_addresses[instance]}:{_image.Environment["ASPNETCORE_HTTP_PORTS"]}" };
        foreach (var (key, value) in service.Environment)
            environment[key] = Translated(value);
        // Of the image: there, and not to be written to where the root is read-only.
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data-of-the-image")).FullName;
        var mounts = MountsOf(service, AppUser);
        if (mounts.All(mount => mount.Target != _image.Environment["DataDirectory"]))
            mounts.Add((data, _image.Environment["DataDirectory"]));
        return new(_folder, Hosts, AppUser, _image.WorkingDirectory, [(AppContext.BaseDirectory, _image.WorkingDirectory), .. mounts], TmpfsOf(service), environment, [.. command]);
    }

    private async Task StartPostgres(ComposeFile.Service service)
    {
        var (data, user) = (service.Volumes[0].Split(':')[1], UserOf("postgres"));
        var environment = service.Environment.ToDictionary();
        // What the entry point of the image does, as far as this file asks for it.
        var enter = $"""
            set -e
            export PATH="$BIN:$PATH"
            initdb -D {data} -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256 --no-sync $POSTGRES_INITDB_ARGS
            echo 'host all all all scram-sha-256' >>{data}/pg_hba.conf
            exec "$@" -D {data} -c listen_addresses={_addresses["postgres"]} -c unix_socket_directories=/tmp
            """;
        environment["BIN"] = PostgresPrograms.Find();
        await StartOther("postgres", user, MountsOf(service, user), ["/tmp"], environment, ["sh", "-c", enter, "sh", .. service.Command], 5432);
        var super = $"Host={_addresses["postgres"]};Username={environment["POSTGRES_USER"]};Password={(await Secret("postgres-password.txt")).Trim()};Pooling=false;Database=";
        await Eventually.IsTrue(async () => await Answers(super + "postgres", $"CREATE DATABASE {environment["POSTGRES_DB"]}"), withinSeconds: 30);
        Connection = super + environment["POSTGRES_DB"];
        await Execute(Path.Combine(environment["BIN"], service.HealthCommand![1]), [.. service.HealthCommand[2..].Select(word => word.Replace("127.0.0.1", _addresses["postgres"].ToString(), StringComparison.Ordinal))]);
    }

    private static async Task<bool> Answers(string connectionString, string sql)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException starting) when (starting.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
            return false;
        }
    }

    private Task StartRedis(ComposeFile.Service service) =>
        StartOther("redis", 999, [], TmpfsOf(service), service.Environment.ToDictionary(), [.. service.Command, "--bind", _addresses["redis"].ToString()], 6379);

    private async Task StartRabbitMq(ComposeFile.Service service) =>
        _broker = await LocalRabbitMq.Start(_addresses["rabbitmq"], 5672, await Secret(service.Secrets.Single().Secret));

    /// <summary>Where the program is told that a mail server is.</summary>
    private Task StartMail()
    {
        var port = _compose["work"].Environment.Single(one => one.Key == "Mail__Smtp__Port").Value;
        Mail = new SmtpSink(port: int.Parse(port, null), address: _addresses["mail"]);
        return Task.CompletedTask;
    }

    private async Task StartProxy(ComposeFile.Service service)
    {
        var (address, folder) = (_addresses["proxy"], Directory.CreateDirectory(Path.Combine(_folder, "nginx")).FullName);
        var mounts = new List<(string, string)> { (folder, "/etc/nginx") };
        foreach (var (source, target) in MountsOf(service, 101))
        {
            var here = Path.Combine(_folder, Path.GetFileName(source));
            await File.WriteAllTextAsync(here, (await File.ReadAllTextAsync(source)).Replace("\n  listen ", $"\n  proxy_bind {address};\n  listen {address}:", StringComparison.Ordinal));
            mounts.Add((here, target));
        }
        await StartOther("proxy", 101, mounts, TmpfsOf(service), service.Environment.ToDictionary(), ["nginx", "-e", "stderr", "-g", "daemon off;"], 8080);
        using var http = new HttpClient();
        using var health = await http.GetAsync(new Uri(service.HealthCommand![^1].Replace("127.0.0.1", address.ToString(), StringComparison.Ordinal)));
        Assert.True(health.IsSuccessStatusCode, $"The proxy is not healthy: {(int)health.StatusCode} {_containers["proxy"].Output}");
    }

    private Task StartOther(
        string name, int user, IReadOnlyList<(string, string)> mounts, string[] writable, IReadOnlyDictionary<string, string> environment, string[] command, int port)
    {
        var container = _containers[name] = Container.Start(new(_folder, Hosts, user, "/", mounts, writable, environment, command));
        return container.Listens(new(_addresses[name], port));
    }

    private List<(string Source, string Target)> MountsOf(ComposeFile.Service service, int user)
    {
        var mounts = new List<(string, string)>();
        foreach (var volume in service.Volumes.Select(volume => volume.Split(':')))
        {
            if (volume[0].StartsWith('.'))
            {
                mounts.Add((Repository.PathOf(volume[0]), volume[1]));
                continue;
            }
            // A new one takes the owner of the folder it is mounted on.
            if (!Directory.Exists(Volume(volume[0])))
            {
                Directory.CreateDirectory(Volume(volume[0]));
                AsRoot("chown", $"{user}:{user}", Volume(volume[0])).GetAwaiter().GetResult();
            }
            mounts.Add((Volume(volume[0]), volume[1]));
        }
        foreach (var (secret, target) in service.Secrets)
            mounts.Add((SecretFile(secret), target));
        return mounts;
    }

    private static string[] TmpfsOf(ComposeFile.Service service) => [.. (service.Node["tmpfs"]?.AsArray() ?? []).Select(one => one!.GetValue<string>())];

    private string SecretFile(string secret) => _compose.Root["secrets"]![secret]!["file"]!.GetValue<string>();

    private Task<string> Secret(string secret) => File.ReadAllTextAsync(SecretFile(secret));

    /// <summary>The network of the file is one of the loopback here.</summary>
    private string Translated(string text) => _compose.Root["networks"]?["front"]?["ipam"]?["config"]?[0]?["subnet"]?.GetValue<string>() is { } subnet
        ? text.Replace(subnet[..(subnet.LastIndexOf('.') + 1)], _network, StringComparison.Ordinal) : text;

    private static int UserOf(string name) =>
        int.Parse(File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Single(line => line[0] == name)[2], null);

    private static Task AsRoot(params string[] command) =>
        Environment.IsPrivilegedProcess ? Execute(command[0], command[1..]) : Execute("sudo", ["-n", .. command]);

    private static async Task Execute(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await output}{errors}");
    }
}
