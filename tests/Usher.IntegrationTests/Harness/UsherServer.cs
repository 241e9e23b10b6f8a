using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Usher.Testing;

namespace Usher.IntegrationTests.Harness;

/// <summary>The real program, asked over HTTP on a free loopback port.</summary>
public abstract class UsherServer(TestDatabase database, Uri address, ConcurrentQueue<string> output) : IAsyncDisposable
{
    public TestDatabase Database => database;
    public Uri Address => address;

    public HttpClient Http { get; } = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        AllowAutoRedirect = false,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    { BaseAddress = address, Timeout = TimeSpan.FromSeconds(3600) };

    /// <summary>What the program logged.</summary>
    public IReadOnlyCollection<string> Output => output;

    /// <summary>The invariants over the live database, by the program's own checkers.</summary>
    public Task Verify() => database.Verify();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await End();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask End();

    /// <summary>How it ended, if it did.</summary>
    protected virtual string? EndedWith => null;

    protected static string FreeAddress() => $"http://127.0.0.1:{LocalPostgres.FreePort()}/";

    /// <summary>What each server is told, and what a test tells it beside.</summary>
    protected static (string Key, string Value)[] Settings(TestDatabase database, (string Key, string Value)[] settings) =>
    [
        ("Database:Engine", database.Engine.ToString()), ("ConnectionStrings:Database", database.ConnectionString),
        ("DataDirectory", database.DataDirectory), ("Demo:Seed", "false"), ("RateLimiting:Enabled", "false"),
        // However busy the machine is with other tests.
        ("Catalog:SearchSeconds", "30"), ("Catalog:SearchQueueSeconds", "30"), ("Catalog:SearchesPerAddress", "1000"),
        // Tests that run beside each other share a server, and its mails.
        ("Catalog:ImportsAtOnce", "20"), ("Mail:ResendEverySeconds", "0"), ("Mail:ResendsPerDay", "1000"), .. settings,
    ];

    protected async Task UntilReady()
    {
        var (deadline, last) = (Stopwatch.StartNew(), "nothing");
        while (deadline.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (EndedWith is { } end)
                throw new InvalidOperationException($"The server ended with {end}:\n{string.Join('\n', output)}");
            try
            {
                using var ready = await Http.GetAsync("health/ready");
                if (ready.IsSuccessStatusCode)
                    return;
                last = $"{(int)ready.StatusCode} {await ready.Content.ReadAsStringAsync()}";
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }
            await Task.Delay(50);
        }
        throw new TimeoutException($"The server did not get ready, and answers {last}\n{string.Join('\n', output)}");
    }
}
