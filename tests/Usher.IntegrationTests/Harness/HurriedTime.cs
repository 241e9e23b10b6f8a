namespace Usher.IntegrationTests.Harness;

/// <summary>Time in which whoever waits for ten minutes waits for six hundredths of a second.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private const double Faster = 10_000;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(System.CreateTimer(callback, state, Hurry(dueTime), Hurry(period)));

    private static TimeSpan Hurry(TimeSpan pause) => pause <= TimeSpan.Zero ? pause : TimeSpan.FromMilliseconds(Math.Max(2, pause.TotalMilliseconds / Faster));

    private sealed class Timer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Hurry(dueTime), Hurry(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
