using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Usher.Bench.Outbox;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

[assembly: HostingStartup(typeof(Reader.Startup))]

namespace Usher.Bench.Outbox
{
    /// <summary>
    /// A consumer as cheap as one can be that has an effect: it writes a row for each message of a booking. The measured
    /// program loads it, beside its own consumers, as any host loads what its environment names.
    /// </summary>
    internal sealed class Reader : IConsumer
    {
        public const string Table = "CREATE TABLE bench_effects (message_id bigint, booking_id text)";

        public string Name => "bench";

        public bool Takes(string type) => type.StartsWith("booking.", StringComparison.Ordinal);

        public async Task Handle(IReadOnlyList<Message> messages, UsherDb db, CancellationToken cancellationToken)
        {
            var values = string.Join(',', messages.Select(m => $"({m.Id}, '{m.BookingId}')"));
#pragma warning disable EF1002 // Numbers and ids.
            await db.Database.ExecuteSqlRawAsync($"INSERT INTO bench_effects (message_id, booking_id) VALUES {values}", cancellationToken);
#pragma warning restore EF1002
        }

        public static (string, string)[] Environment =>
        [
            ("DOTNET_STARTUP_HOOKS", typeof(Reader).Assembly.Location), ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", typeof(Reader).Assembly.GetName().Name!),
        ];

        internal sealed class Startup : IHostingStartup
        {
            public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services => services.AddScoped<IConsumer, Reader>());
        }
    }
}

/// <summary>Run by the runtime before the program, which can then find this assembly: it lies in another folder.</summary>
internal static class StartupHook
{
    public static void Initialize() => System.Runtime.Loader.AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name == typeof(StartupHook).Assembly.GetName().Name ? context.LoadFromAssemblyPath(typeof(StartupHook).Assembly.Location) : null;
}
