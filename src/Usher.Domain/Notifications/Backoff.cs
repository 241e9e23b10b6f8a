namespace Usher.Domain.Notifications;

/// <summary>How long to wait after a try that failed: twice as long each time, an hour at most, in all no longer than a given time.</summary>
/// <param name="First">Before the second try.</param>
/// <param name="GiveUpAfter">Over all tries.</param>
public sealed record Backoff(TimeSpan First, TimeSpan GiveUpAfter)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="attempts">Tries so far, at least one.</param>
    /// <param name="jitter">0 to 1: spreads what failed together over the second half of the pause.</param>
    /// <returns>Null when it is time to give up.</returns>
    public TimeSpan? After(int attempts, double jitter)
    {
        var (pause, waited) = (First, TimeSpan.Zero);
        for (var i = 1; i < attempts && waited < GiveUpAfter; i++)
        {
            waited += pause;
            pause = pause * 2 < Longest ? pause * 2 : Longest;
        }
        return waited >= GiveUpAfter ? null : pause * (0.5 + jitter / 2);
    }
}
