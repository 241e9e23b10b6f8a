using System.Diagnostics;
using System.Globalization;
using System.Text;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Trust;

/// <summary>
/// Everything the OpenAPI document offers, asked for rightly and wrongly some thousand times. USHER_INPUT_SEED repeats a run or
/// several, USHER_INPUT_TEXTS sends that many naughty strings for each text instead of a few, and USHER_INPUT_REPORT names a
/// page to write.
/// </summary>
public sealed class InputTests(Servers servers, ITestOutputHelper output)
{
    private const string UnlessTold = "20261124";

    [Fact, Trait("needs", "data")]
    public async Task Every_operation_takes_any_input_calmly_and_alike_on_both_engines()
    {
        var seeds = Environment.GetEnvironmentVariable("USHER_INPUT_SEED") ?? UnlessTold;
        var isLong = int.TryParse(Environment.GetEnvironmentVariable("USHER_INPUT_TEXTS"), out var texts);
        var (report, since) = (new InputReport(output.WriteLine), Stopwatch.StartNew());
        foreach (var seed in seeds.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            await Run(int.Parse(seed, CultureInfo.InvariantCulture), isLong ? texts : 2, isLong ? 1 : 0.13, report);
        output.WriteLine($"seed {seeds}: {report.RequestsTo(Engine.Sqlite)} and {report.RequestsTo(Engine.Postgres)} requests in {since.Elapsed.TotalSeconds:0} s\n{report.ToTable()}");
        if (Environment.GetEnvironmentVariable("USHER_INPUT_REPORT") is { Length: > 0 } file)
            await File.WriteAllTextAsync(file, report.ToPage(seeds, texts, since.Elapsed));
        Assert.True(report.Findings.Count == 0, $"seed {seeds}, {report.Findings.Count} findings:\n{string.Join('\n', report.Findings.Take(100))}");
        Assert.Empty(report.OperationsThatNeverSucceeded);
        Assert.True(report.RequestsTo(Engine.Sqlite) > 3_000, $"only {report.RequestsTo(Engine.Sqlite)} requests");
    }

    private async Task Run(int seed, int texts, double share, InputReport report)
    {
        var started = await Task.WhenAll(Enum.GetValues<Engine>().Select(engine => servers.Start(engine, ("Mail:MostPerSecond", "1"))));
        await using var sqlite = started[0];
        await using var postgres = started[1];
        var document = await ApiDocument.Read(sqlite);
        var naughty = (await Sample.NaughtyStrings()).Where(IsText).ToList();
        var sides = await Task.WhenAll(started.Select(async server => new Side(server.Database.Engine, await World.Make(server), document, report)));
        foreach (var side in sides)
            await side.Begin();

        var attempts = new Attempts(document, naughty, new Random(seed), texts);
        foreach (var operation in document.Operations)
        {
            foreach (var attempt in attempts.Of(operation, share))
            {
                var word = Sample.Word();
                var said = await Task.WhenAll(sides.Select(side => side.Ask(operation, attempt, word)));
                // Pauses end when their time is over, a little earlier here than there: who has to wait is asked again, or the two would part.
                for (var i = 0; i < 40 && IsPaused(said[0]) != IsPaused(said[1]); i++)
                {
                    await Task.Delay(250);
                    var paused = IsPaused(said[0]) ? 0 : 1;
                    said[paused] = await sides[paused].Ask(operation, attempt, word);
                }
                if (said[0] != said[1])
                    report.Find($"{operation.Id}, {attempt.What}: not alike\n  {said[0]}\n  {said[1]}");
            }
            await Task.WhenAll(sides.Select(side => side.LookAt(operation)));
            foreach (var side in sides)
                side.Finish();
        }
        foreach (var server in started)
            await server.Verify();
    }

    private static bool IsText(string text)
    {
        try
        {
            _ = Uri.EscapeDataString(text);
            return new UTF8Encoding(false, true).GetByteCount(text) > 0;
        }
        catch (Exception broken) when (broken is EncoderFallbackException or UriFormatException)
        {
            return false;
        }
    }

    private static bool IsPaused(string answer) => answer.StartsWith("429 too_many_attempts", StringComparison.Ordinal);
}
