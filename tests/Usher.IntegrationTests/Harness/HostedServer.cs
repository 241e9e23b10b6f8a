using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Usher.IntegrationTests.Harness;

/// <summary>
/// The program as the tests' own guest: the same start, behind the same web server and a real socket, in the process of the
/// tests. What a process of its own costs, most of it compiling, is paid once.
/// </summary>
public sealed class HostedServer : UsherServer
{
    private readonly Program _program;

    private HostedServer(
        TestDatabase database, Uri address, ConcurrentQueue<string> output, Action<IServiceCollection> more, (string Key, string Value)[] settings) : base(database, address, output)
    {
        _program = new Program(database.DataDirectory, Settings(database, settings), more, output);
        _program.UseKestrel(address.Port);
    }

    public static Task<HostedServer> Start(TestDatabase database, params (string Key, string Value)[] settings) => Start(database, _ => { }, settings);

    /// <param name="more">What a test adds to look into it.</param>
    public static async Task<HostedServer> Start(TestDatabase database, Action<IServiceCollection> more, params (string Key, string Value)[] settings)
    {
        var server = new HostedServer(database, new Uri(FreeAddress()), new ConcurrentQueue<string>(), more, settings);
        // It is the program's Main that runs, to the moment it listens.
        Costs.Hosted();
        await Task.Run(server._program.StartServer);
        await server.UntilReady();
        return server;
    }

    public IServiceProvider Services => _program.Services;

    protected override ValueTask End() => _program.DisposeAsync();

    private sealed class Program(string directory, (string Key, string Value)[] settings, Action<IServiceCollection> more, ConcurrentQueue<string> output)
        : WebApplicationFactory<global::Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseContentRoot(directory).UseSetting(WebHostDefaults.ApplicationKey, "usher");
            foreach (var (key, value) in settings)
                builder.UseSetting(key == "ASPNETCORE_ENVIRONMENT" ? WebHostDefaults.EnvironmentKey : key, value);
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(new Lines(output)));
            builder.ConfigureTestServices(more);
        }
    }

    private sealed class Lines(ConcurrentQueue<string> output) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, output);

        public void Dispose() { }
    }

    private sealed class Logger(string category, ConcurrentQueue<string> output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            output.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
