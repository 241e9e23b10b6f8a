namespace Usher.Server.Platform;

/// <summary>Single flight: one read for all waiting callers, cancelled when the last of them has gone.</summary>
internal sealed class Flight<T>
{
    private readonly CancellationTokenSource _givenUp = new();
    private readonly Lock _turn = new();
    private readonly Task<T> _landing;
    private int _waiting;

    public Flight(Func<CancellationToken, Task<T>> read) => _landing = Task.Run(() => read(_givenUp.Token));

    /// <summary>No caller can join any more: the read is complete or cancelled.</summary>
    public bool IsOver => _landing.IsCompleted || _givenUp.IsCancellationRequested;

    /// <summary>Completes with the flight, whatever its outcome.</summary>
    public Task Over => ((Task)_landing).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Adds a caller, who must then <see cref="Land"/>. False if the flight was cancelled.</summary>
    public bool TryBoard()
    {
        lock (_turn)
        {
            if (_givenUp.IsCancellationRequested)
                return false;
            _waiting++;
            return true;
        }
    }

    /// <param name="gone">Cancelled when this caller has gone.</param>
    public async Task<T> Land(CancellationToken gone)
    {
        try
        {
            return await _landing.WaitAsync(gone);
        }
        finally
        {
            lock (_turn)
                // The cancellation of a read may call the database; do not run it on the thread of a caller that is leaving.
                if (--_waiting == 0 && !_landing.IsCompleted)
                    _ = _givenUp.CancelAsync();
        }
    }
}
