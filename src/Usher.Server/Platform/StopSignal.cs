using System.Runtime.InteropServices;

namespace Usher.Server.Platform;

/// <summary>
/// Graceful shutdown before the host runs. Without it, no code would handle the stop signals, and an interrupted start would end as if
/// killed. A second signal ends the program at once.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _signals;

    public StopSignal() =>
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask), PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask), PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Ask)];

    public CancellationToken Token => _asked.Token;

    private void Ask(PosixSignalContext context)
    {
        if (_asked.IsCancellationRequested)
            return;
        context.Cancel = true;
        _asked.Cancel();
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _asked.Dispose();
    }
}
