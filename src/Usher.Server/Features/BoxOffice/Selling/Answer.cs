using Usher.Domain.BoxOffice;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>What a caller of the box office hears.</summary>
internal abstract record Answer
{
    private Answer() { }

    /// <summary>The command was decided, and what it changed is durable.</summary>
    /// <param name="Replayed">Its idempotency key had been settled before: this is the first answer again.</param>
    public sealed record Decided(Outcome Outcome, bool Replayed = false) : Answer;

    /// <summary>The idempotency key belongs to another request.</summary>
    public sealed record KeyReused : Answer;

    /// <summary>There are too many waiting, or it waited too long. It was not looked at.</summary>
    public sealed record Overloaded : Answer;

    /// <summary>This person has too many commands under way. It was not looked at.</summary>
    public sealed record TooManyInFlight : Answer;

    /// <summary>The database was away; nothing was changed.</summary>
    public sealed record Unavailable : Answer;

    /// <summary>The connection was lost in the commit: it may have been done. Only repeating the key can tell.</summary>
    public sealed record Unknown : Answer;
}
