using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Operations;

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

        // Asked before there is a server, it waits for one that is ready; while that leaves, it is not.
        var database = await servers.NewDatabase(engine);
        var port = LocalPostgres.FreePort();
        var asked = ServerProcess.RunVerb(database, ["health"], ("urls", $"http://127.0.0.1:{port}"), ("wait", "60"));
        await using var other = await ServerProcess.Start(database, ["serve"], ("urls", $"http://127.0.0.1:{port}"), ("Transport:DrainSeconds", "20"));
        Assert.Equal(0, (await asked).ExitCode);
        other.Leave();
        await Eventually.IsTrue(async () => (await new Person(other).Get("health/ready")).Status == System.Net.HttpStatusCode.ServiceUnavailable, withinSeconds: 15);
        var (leaving, why) = await Ask(("urls", $"http://127.0.0.1:{port}"));
        Assert.True(leaving == 1 && why.Contains("leaving", StringComparison.Ordinal), why);
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
