namespace Usher.Domain;

/// <summary>Exponential backoff: each failure in a row doubles the pause after it, up to a longest one.</summary>
/// <param name="First">After the first failure.</param>
public readonly record struct Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <param name="failures">In a row, at least one.</param>
    public TimeSpan After(int failures)
    {
        var pause = First;
        for (var i = 1; i < failures && pause < Longest; i++)
            pause *= 2;
        return pause < Longest ? pause : Longest;
    }

    /// <param name="failures">In a row, at least one.</param>
    /// <param name="jitter">Random, from 0 to 1. It moves the pause by up to a half to either side, so that what failed together does not come back together.</param>
    public TimeSpan After(int failures, double jitter) => After(failures) * (0.5 + jitter);

    /// <summary>Whether the pauses before the last failure come to this time, jitter aside.</summary>
    public bool HasLasted(TimeSpan time, int failures)
    {
        var waited = TimeSpan.Zero;
        for (var i = 1; i < failures && waited < time; i++)
            waited += After(i);
        return waited >= time;
    }
}
