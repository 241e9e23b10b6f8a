using System.Diagnostics;

namespace Usher.IntegrationTests.Harness;

/// <summary>For what is promised soon, not at once: looks again until it is so.</summary>
public static class Eventually
{
    public static async Task IsTrue(Func<Task<bool>> condition, double withinSeconds = 10, int pauseMilliseconds = 50)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(since.Elapsed.TotalSeconds < withinSeconds, $"It did not come true within {withinSeconds} s.");
            await Task.Delay(pauseMilliseconds);
        }
    }
}
