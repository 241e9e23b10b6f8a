using System.Diagnostics;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>A command in the queue of a selling loop, and the answer that its caller waits for.</summary>
internal sealed class QueuedCommand(Command command, KeyClaim? key, CancellationToken gone, Activity? request = null)
{
    /// <summary>Priority first, then order of arrival.</summary>
    public static readonly Comparer<QueuedCommand> Order = Comparer<QueuedCommand>.Create((one, other) =>
        one.GoesFirst != other.GoesFirst ? (one.GoesFirst ? -1 : 1) : one._arrival.CompareTo(other._arrival));

    private static long _arrivals;

    // Continuations run asynchronously: the loop must not run requests.
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _arrival = Interlocked.Increment(ref _arrivals);

    public Command Command { get; } = command;
    public KeyClaim? Key { get; } = key;

    /// <summary>Null if the request is not traced.</summary>
    public Activity? Request { get; } = request;

    /// <summary>Stopwatch time.</summary>
    public long Since { get; } = Stopwatch.GetTimestamp();
    public Task<Answer> Answer => _answer.Task;

    /// <summary>A command on an existing booking goes before new bookings.</summary>
    public bool GoesFirst { get; init; }

    public void Tell(Answer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <summary>Rejects a caller who has disconnected or waited too long, before the database is asked.</summary>
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
