using System.Threading.Channels;

namespace Usher.Server.Platform.Persistence;

/// <summary>
/// Signals new outbox rows within the process. Several signals before the next read count as one. A NOTIFY of the database would queue all
/// commits behind one lock.
/// </summary>
internal sealed class OutboxSignal(TimeProvider time)
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Call it after the commit.</summary>
    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>Whether it was raised since the last call.</summary>
    public bool WasRaised() => _raised.Reader.TryRead(out _);

    /// <returns>False after the time without a signal; other processes may have written messages.</returns>
    public async Task<bool> Wait(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _raised.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
