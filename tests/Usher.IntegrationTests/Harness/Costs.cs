using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using Usher.IntegrationTests.Harness;
using Xunit.v3;

[assembly: CountsCosts]

namespace Usher.IntegrationTests.Harness;

/// <summary>
/// What a run costs: for each class the time of its tests, and the server processes that it started with the processor time that they
/// took until they were ended. The environment variable USHER_TEST_COSTS names the file to write.
/// </summary>
internal static class Costs
{
    private static readonly string? File = Environment.GetEnvironmentVariable("USHER_TEST_COSTS");
    private static readonly ConcurrentDictionary<string, Cost> Classes = new();

    public static void Tested(string name, TimeSpan time) => Of(name).Add(tests: 1, seconds: time.TotalSeconds);

    /// <summary>An in-process server, whose processor time is that of the tests.</summary>
    public static void Hosted() => Of(Running).Add(hosted: 1);

    public static void Started() => Of(Running).Add(processes: 1);

    /// <summary>To be called before the process is told to end: afterwards its time is part of the sum of all children only.</summary>
    public static void Ends(Process process)
    {
        if (File is not null && !process.HasExited)
            Of(Running).Add(processorSeconds: process.TotalProcessorTime.TotalSeconds);
    }

    public static void Write()
    {
        if (File is null)
            return;
        var text = new StringBuilder("class | tests | seconds | hosted servers | processes | their processor seconds\n--|--:|--:|--:|--:|--:\n");
        foreach (var (name, cost) in Classes.OrderByDescending(c => c.Value.Seconds))
            text.Append(CultureInfo.InvariantCulture, $"{name} | {cost.Tests} | {cost.Seconds:0.0} | {cost.Hosted} | {cost.Processes} | {cost.ProcessorSeconds:0.0}\n");
        var all = Classes.Values;
        text.Append(CultureInfo.InvariantCulture,
            $"all | {all.Sum(c => c.Tests)} | {all.Sum(c => c.Seconds):0.0} | {all.Sum(c => c.Hosted)} | {all.Sum(c => c.Processes)} | {all.Sum(c => c.ProcessorSeconds):0.0}\n");
        text.Append(CultureInfo.InvariantCulture, $"\nThis process took {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:0} s of processor time.\n");
        System.IO.File.WriteAllText(File, text.ToString());
    }

    private static string Running => TestContext.Current.TestClass?.TestClassName ?? "(fixtures)";

    private static Cost Of(string name) => Classes.GetOrAdd(name, _ => new Cost());

    private sealed class Cost
    {
        private readonly Lock _turn = new();

        public int Tests { get; private set; }
        public int Hosted { get; private set; }
        public int Processes { get; private set; }
        public double Seconds { get; private set; }
        public double ProcessorSeconds { get; private set; }

        public void Add(int tests = 0, double seconds = 0, int hosted = 0, int processes = 0, double processorSeconds = 0)
        {
            lock (_turn)
            {
                (Tests, Hosted, Processes) = (Tests + tests, Hosted + hosted, Processes + processes);
                (Seconds, ProcessorSeconds) = (Seconds + seconds, ProcessorSeconds + processorSeconds);
            }
        }
    }
}

/// <summary>Times every test.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class CountsCostsAttribute : BeforeAfterTestAttribute
{
    private readonly ConcurrentDictionary<string, long> _begun = new();

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => _begun[test.UniqueID] = Stopwatch.GetTimestamp();

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (_begun.TryRemove(test.UniqueID, out var begun))
            Costs.Tested(test.TestCase.TestClassName, Stopwatch.GetElapsedTime(begun));
    }
}
