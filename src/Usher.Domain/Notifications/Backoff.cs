namespace Usher.Domain.Notifications;

/// <summary>Exponential backoff after a failed attempt: the pause doubles each time, up to an hour, within a total time.</summary>
/// <param name="First">Pause before the second attempt.</param>
/// <param name="GiveUpAfter">Total time of all attempts.</param>
public sealed record Backoff(TimeSpan First, TimeSpan GiveUpAfter)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="attempts">Attempts so far, at least one.</param>
    /// <param name="jitter">0 to 1: spreads simultaneous failures over the second half of the pause.</param>
    /// <returns>Null if there is no further attempt.</returns>
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
