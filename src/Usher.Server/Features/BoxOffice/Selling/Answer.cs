using Usher.Domain.BoxOffice;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>Answer of the box office to its caller.</summary>
internal abstract record Answer
{
    private Answer() { }

    /// <summary>The command was decided, and its changes are durable.</summary>
    /// <param name="Replayed">The idempotency key was settled before: this is the first answer again.</param>
    public sealed record Decided(Outcome Outcome, bool Replayed = false) : Answer;

    /// <summary>The idempotency key belongs to another request.</summary>
    public sealed record KeyReused : Answer;

    /// <summary>The queue is full, or the command waited too long. It was not decided.</summary>
    public sealed record Overloaded : Answer;

    /// <summary>This person has too many concurrent commands. The command was not decided.</summary>
    public sealed record TooManyInFlight : Answer;

    /// <summary>The database was unreachable; nothing was changed.</summary>
    public sealed record Unavailable : Answer;

    /// <summary>The connection was lost during the commit, so the outcome is unknown. Only a repetition with the key can tell.</summary>
    public sealed record Unknown : Answer;
}
