using System.Globalization;
using System.Runtime.Loader;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Messaging;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

[assembly: HostingStartup(typeof(Probe.Startup))]

namespace Usher.IntegrationTests.Messaging
{
    /// <summary>
    /// A consumer of the tests' own inside the real program: it writes down each message it is given, and can be told to
    /// choke, to be slow, or to wait. The program loads it as any host loads what its environment names.
    /// </summary>
    internal sealed class Probe(string name) : IConsumer
    {
        /// <summary>A message of this user breaks it.</summary>
        public static readonly Guid Poison = new("dead0000-0000-7000-8000-000000000000");

        public string Name => name;

        public bool Takes(string type) => type.StartsWith("booking.", StringComparison.Ordinal);

        public async Task Handle(IReadOnlyList<Message> messages, UsherDb db, CancellationToken cancellationToken)
        {
            if (Environment.GetEnvironmentVariable("PROBE_PAUSE_MS") is { } pause)
                await Task.Delay(int.Parse(pause, CultureInfo.InvariantCulture), cancellationToken);
            var values = string.Join(',', messages.Select(m => $"({m.Id}, '{m.Type}', '{name}', {Environment.ProcessId})"));
#pragma warning disable EF1002 // Numbers, and texts of our own.
            await db.Database.ExecuteSqlRawAsync($"INSERT INTO probe (message_id, type, consumer, process) VALUES {values}", cancellationToken);
#pragma warning restore EF1002
            if (messages.Any(m => m.UserId == Poison))
                throw new FormatException("It does not taste good.");
        }

        /// <summary>What a process needs to have the probe in it; the table is there for each to write to.</summary>
        public static (string, string)[] Settings(string names = "probe") =>
        [
            ("DOTNET_STARTUP_HOOKS", typeof(Probe).Assembly.Location), ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", typeof(Probe).Assembly.GetName().Name!),
            ("PROBES", names),
        ];

        public static Task MakeTable(TestDatabase database) => database.Run("CREATE TABLE probe (message_id bigint, type text, consumer text, process int)");

        internal sealed class Startup : IHostingStartup
        {
            public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services =>
            {
                foreach (var name in Environment.GetEnvironmentVariable("PROBES")?.Split(',') ?? [])
                    services.AddScoped<IConsumer>(_ => new Probe(name));
            });
        }
    }
}

/// <summary>Run by the runtime before the program: lets it find this assembly and what lies beside it.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        var directory = Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(directory, $"{name.Name}.dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
    }
}
