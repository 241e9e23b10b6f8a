using System.Text;
using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Usher.Server.Platform.Observability;

/// <summary>Writes the log on a dedicated thread, all waiting lines at once: callers neither format nor wait.</summary>
internal sealed class BackgroundLines : ILogEventSink, IDisposable
{
    private const int MostAtOnce = 64 * 1024;
    private static readonly TimeSpan ToFinish = TimeSpan.FromSeconds(5);

    private readonly Channel<LogEvent> _waiting;
    private readonly ITextFormatter _format;
    private readonly Stream _output;
    private readonly Thread _writer;

    public BackgroundLines(ITextFormatter format, Stream output, int mostWaiting, Action dropped)
    {
        (_format, _output) = (format, output);
        _waiting = Channel.CreateBounded<LogEvent>(
            new BoundedChannelOptions(mostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }, _ => dropped());
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public void Emit(LogEvent logEvent) => _waiting.Writer.TryWrite(logEvent);

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        if (Thread.CurrentThread != _writer)
            _writer.Join(ToFinish);
    }

    private void WriteAll()
    {
        var lines = new StringWriter(new StringBuilder(MostAtOnce));
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            // On a dedicated thread, an unhandled exception would end the program.
            try
            {
                while (lines.GetStringBuilder().Length < MostAtOnce && _waiting.Reader.TryRead(out var next))
                    _format.Format(next, lines);
                _output.Write(Encoding.UTF8.GetBytes(lines.ToString()));
                _output.Flush();
            }
            catch (Exception)
            {
                // The output is closed, or a line cannot be written; neither is a reason to stop selling.
            }
            lines.GetStringBuilder().Clear();
        }
    }
}
