namespace Usher.Server.Platform;

/// <summary>Some at once, some more who wait, and nobody beyond these: what is dear must leave the processors to the sales.</summary>
internal sealed class Turns(int atOnce, int waiting)
{
    private readonly SemaphoreSlim _turns = new(atOnce);
    private int _inside;

    public bool AreTaken => Volatile.Read(ref _inside) >= atOnce + waiting;

    /// <returns>A turn, which ends when it is disposed; null when too many wait already.</returns>
    public async ValueTask<IDisposable?> Enter(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _inside) > atOnce + waiting)
        {
            Interlocked.Decrement(ref _inside);
            return null;
        }
        try
        {
            await _turns.WaitAsync(cancellationToken);
            return new Turn(this);
        }
        catch
        {
            Interlocked.Decrement(ref _inside);
            throw;
        }
    }

    private void Leave()
    {
        _turns.Release();
        Interlocked.Decrement(ref _inside);
    }

    private sealed class Turn(Turns turns) : IDisposable
    {
        public void Dispose() => turns.Leave();
    }
}
