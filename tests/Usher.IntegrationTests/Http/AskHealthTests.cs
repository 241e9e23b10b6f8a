using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Http;

/// <summary>The verb that asks a server beside it how it is.</summary>
public sealed class AskHealthTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task It_is_0_for_a_server_that_is_ready_and_1_for_one_that_is_not(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (ready, says) = await Ask(("urls", $"https://[::]:1;http://+:{server.Address.Port}"));
        Assert.True(ready == 0 && says.Contains("\"database\"", StringComparison.Ordinal), says);
        Assert.Equal(0, (await Ask(("ASPNETCORE_HTTP_PORTS", $"{server.Address.Port};1"))).ExitCode);

        // A database without a schema: it serves, and is not ready.
        var database = await servers.EmptyDatabase(engine);
        var port = LocalPostgres.FreePort();
        var asked = ServerProcess.RunVerb(database, ["health"], ("urls", $"http://127.0.0.1:{port}"), ("wait", "60"));
        var starting = ServerProcess.Start(database, ["serve"], ("urls", $"http://127.0.0.1:{port}"));
        await Eventually.IsTrue(async () => (await Ask(("urls", $"http://127.0.0.1:{port}"))).Says.Contains("usher migrate", StringComparison.Ordinal), withinSeconds: 30);
        Assert.Equal(1, (await Ask(("urls", $"http://127.0.0.1:{port}"))).ExitCode);
        Assert.False(asked.IsCompleted, "It was to wait until the server is ready.");
        Assert.Equal(0, (await ServerProcess.RunVerb(database, ["migrate"])).ExitCode);
        Assert.Equal(0, (await asked).ExitCode);
        await (await starting).DisposeAsync();
    }

    [Fact]
    public async Task It_says_who_does_not_answer_and_what_it_cannot_ask()
    {
        var (away, says) = await Ask(("urls", "http://127.0.0.1:1"));
        Assert.Equal((1, "usher: http://127.0.0.1:1/health/ready does not answer."), (away, says));
        foreach (var urls in (string[])["https://127.0.0.1:5080", "http://"])
            Assert.Equal(2, (await Ask(("urls", urls))).ExitCode);
    }

    private async Task<(int ExitCode, string Says)> Ask(params (string, string)[] settings) =>
        await ServerProcess.RunVerb(await servers.NewDatabase(Engine.Sqlite), ["health"], settings);
}
