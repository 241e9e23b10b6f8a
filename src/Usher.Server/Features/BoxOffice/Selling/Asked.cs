using System.Diagnostics;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>A command on its way through the box office, with someone waiting for the answer.</summary>
internal sealed class Asked(Command command, KeyClaim? key, CancellationToken gone, Activity? request = null)
{
    // Whoever waits goes on elsewhere: the loop must not run requests.
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Command Command { get; } = command;
    public KeyClaim? Key { get; } = key;

    /// <summary>Null when it is not traced.</summary>
    public Activity? Request { get; } = request;

    /// <summary>On the stopwatch.</summary>
    public long Since { get; } = Stopwatch.GetTimestamp();
    public Task<Answer> Answer => _answer.Task;

    public void Tell(Answer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <summary>Turns away whoever has left or has waited too long, before the database hears of it.</summary>
    public bool IsStillWaiting(TimeSpan patience)
    {
        if (gone.IsCancellationRequested)
            _answer.TrySetCanceled(gone);
        else if (Stopwatch.GetElapsedTime(Since) > patience)
        {
            SellingMeasures.NoteTurnedAway(Command, Guard.QueueTimeout);
            Tell(new Answer.Overloaded());
        }
        return !_answer.Task.IsCompleted;
    }
}
