using System.Threading.Channels;

namespace Usher.Server.Platform.Persistence;

/// <summary>
/// Says within the process that there are new rows. However often it is raised before somebody looks, it is heard once.
/// A NOTIFY of the database would queue all commits behind one lock.
/// </summary>
internal sealed class OutboxSignal(TimeProvider time)
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>After the commit.</summary>
    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>Whether it was raised since the last look.</summary>
    public bool WasRaised() => _raised.Reader.TryRead(out _);

    /// <returns>False when nothing was heard so long: there may be something of another process.</returns>
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
