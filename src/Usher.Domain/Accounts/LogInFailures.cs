namespace Usher.Domain.Accounts;

/// <summary>Log-ins that were tried and did not succeed, one after the other, for one account or for a name that has none.</summary>
public sealed class LogInFailures
{
    /// <summary>The account's id, or a hash of a name that no account has.</summary>
    public required string Key { get; init; }
    public int Count { get; init; }
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>Mistakes that cost no time.</summary>
    private const int Free = 5;

    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    /// <summary>After which mistakes are forgotten.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>When the next one may be tried: twice as late each time, and never so late that the owner is locked out.</summary>
    public DateTimeOffset NextAt => Count < Free ? LastAt : LastAt + Pauses.After(Count - Free + 1);
}
