using System.Diagnostics;
using Usher.Domain.BoxOffice;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>A command on its way through the box office, with someone waiting for the answer.</summary>
internal sealed class Asked(Command command, KeyClaim? key, CancellationToken gone)
{
    // Whoever waits goes on elsewhere: the loop must not run requests.
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _since = Stopwatch.GetTimestamp();

    public Command Command { get; } = command;
    public KeyClaim? Key { get; } = key;
    public Task<Answer> Answer => _answer.Task;

    public void Tell(Answer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <summary>Turns away whoever has left or has waited too long, before the database hears of it.</summary>
    public bool IsStillWaiting(TimeSpan patience)
    {
        if (gone.IsCancellationRequested)
            _answer.TrySetCanceled(gone);
        else if (Stopwatch.GetElapsedTime(_since) > patience)
            Tell(new Answer.Overloaded());
        return !_answer.Task.IsCompleted;
    }
}
