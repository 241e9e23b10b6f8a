namespace Usher.Server.Platform;

/// <summary>Single flight: one read for all who wait for it, given up when the last of them has gone.</summary>
internal sealed class Flight<T>
{
    private readonly CancellationTokenSource _givenUp = new();
    private readonly Lock _turn = new();
    private readonly Task<T> _landing;
    private int _waiting;

    public Flight(Func<CancellationToken, Task<T>> read) => _landing = Task.Run(() => read(_givenUp.Token));

    /// <summary>Nobody can wait for it any more: it has landed, or was given up.</summary>
    public bool IsOver => _landing.IsCompleted || _givenUp.IsCancellationRequested;

    /// <summary>Ends when the flight does, and however it does.</summary>
    public Task Over => ((Task)_landing).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Counts in somebody who will <see cref="Land"/>. False when it was given up.</summary>
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

    /// <param name="gone">Whoever boarded has gone.</param>
    public async Task<T> Land(CancellationToken gone)
    {
        try
        {
            return await _landing.WaitAsync(gone);
        }
        finally
        {
            lock (_turn)
                // What cancels a read may talk to the database: not on the thread of somebody who is leaving.
                if (--_waiting == 0 && !_landing.IsCompleted)
                    _ = _givenUp.CancelAsync();
        }
    }
}
