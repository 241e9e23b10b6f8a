namespace Usher.Server.Platform.Persistence;

/// <summary>
/// The database's clock as this process knows it: its own clock plus the difference last measured. Answers show
/// states and windows by it; what is sold is decided by the clock read inside the selling transaction.
/// </summary>
internal sealed class DatabaseClock(TimeProvider clock)
{
    private long _offsetTicks;

    /// <summary>Tests shift all readings of the database's clock into the future.</summary>
    public TimeSpan Shift { get; set; }

    public DateTimeOffset Now => Truncate(clock.GetUtcNow().AddTicks(Interlocked.Read(ref _offsetTicks)) + Shift);

    /// <summary>Records a reading, without the shift, and returns it.</summary>
    public DateTimeOffset Observe(DateTimeOffset databaseNow)
    {
        Interlocked.Exchange(ref _offsetTicks, (databaseNow - clock.GetUtcNow()).Ticks);
        return databaseNow;
    }

    /// <summary>Instants have whole milliseconds, so that both engines return the stored value.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset instant) => new(instant.Ticks - instant.Ticks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
}
