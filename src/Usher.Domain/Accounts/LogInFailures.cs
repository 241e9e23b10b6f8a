namespace Usher.Domain.Accounts;

/// <summary>Failed log-ins in a row, for one account or for a name without an account.</summary>
public sealed class LogInFailures
{
    /// <summary>Id of the account, or a hash of a name without an account.</summary>
    public required string Key { get; init; }
    public int Count { get; init; }
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>Failures before the first pause.</summary>
    private const int Free = 5;

    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    /// <summary>Time after which failures are forgotten.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>Time of the next allowed attempt. The pause doubles each time, and it is never long enough to lock out the owner.</summary>
    public DateTimeOffset NextAt => Count < Free ? LastAt : LastAt + Pauses.After(Count - Free + 1);
}
