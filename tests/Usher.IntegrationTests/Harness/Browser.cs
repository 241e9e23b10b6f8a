using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Usher.IntegrationTests.Harness;

/// <summary>
/// A page of an address of its own, in a real Chromium. What its script says with <c>say(text)</c> comes here, in that order;
/// nothing else of the browser is looked at, so nothing has to drive it.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _said = new();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly string _profile = Directory.CreateTempSubdirectory("usher-browser-").FullName;
    private readonly WebApplication _site;
    private string _script = "";
    private Process? _process;

    private Browser()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _site = builder.Build();
        _site.Run(Answer);
    }

    /// <summary>Of the page, for <c>Cors:Origins</c>.</summary>
    public string Origin => _site.Urls.Single();

    public static async Task<Browser> Begin()
    {
        var browser = new Browser();
        await browser._site.StartAsync();
        return browser;
    }

    public void Open(string script)
    {
        _script = script;
        var start = new ProcessStartInfo(Program()) { RedirectStandardError = true, RedirectStandardOutput = true };
        // Root has no sandbox, and containers have little shared memory. The port keeps it open when the page has been read.
        foreach (var argument in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server", $"--user-data-dir={_profile}", "--remote-debugging-port=0", Origin])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What has been said up to this, which is taken away.</summary>
    public async Task<IReadOnlyList<string>> Until(string said, double withinSeconds = 60)
    {
        var before = new List<string>();
        for (var since = Stopwatch.StartNew(); ;)
        {
            while (_said.TryDequeue(out var one))
            {
                before.Add(one);
                if (one == said)
                    return before;
            }
            Assert.True(since.Elapsed.TotalSeconds < withinSeconds && _process?.HasExited == false,
                $"The page has not said \"{said}\", but: {string.Join(", ", before)}\n{string.Join('\n', _output)}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        await _site.DisposeAsync();
        Directory.Delete(_profile, recursive: true);
    }

    private async Task Answer(HttpContext context)
    {
        if (context.Request.Path == "/said")
        {
            using var reader = new StreamReader(context.Request.Body);
            _said.Enqueue(await reader.ReadToEndAsync());
            return;
        }
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(context.Request.Path != "/" ? "" : $$"""
            <!doctype html><title>A page</title><script>
            let last = Promise.resolve();
            const say = text => last = last.then(() => fetch('/said', { method: 'POST', body: text }));
            onerror = message => { say(`broken: ${message}`); };
            {{_script}}
            </script>
            """);
    }

    private static string Program()
    {
        string[] names = ["chromium", "google-chrome", "chromium-browser"];
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/bin"];
        string[] files = [.. names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))),
            "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
        var found = Array.Find(files, File.Exists);
        Assert.True(found is not null, "Chromium is not there: apt-get install chromium");
        return found;
    }
}
