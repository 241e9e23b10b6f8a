using System.Text.Json;
using System.Text.Json.Serialization;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// Idempotency inside a batch: a key that was settled before, here or in another process, gets its first answer again. Only successes are
/// stored; a refused command may be retried.
/// </summary>
internal sealed class SettledKeys(IEnumerable<(KeyClaim Key, string Answer)> stored)
{
    private readonly Dictionary<(Guid, string, string), (KeyClaim Key, Func<Outcome> FirstAnswer)> _settled =
        stored.ToDictionary(s => s.Key.Id, s => (s.Key, (Func<Outcome>)(() => Read(s.Answer))));
    private readonly List<SettledKey> _new = [];

    /// <summary>Keys settled in this batch, to be written with its effects.</summary>
    public IReadOnlyList<SettledKey> New => _new;

    public Answer Settle(KeyClaim? key, Command command, Func<Command, Outcome> decide)
    {
        if (key is null)
            return new Answer.Decided(decide(command));
        if (_settled.TryGetValue(key.Id, out var first))
            return first.Key.RequestHash.AsSpan().SequenceEqual(key.RequestHash)
                ? new Answer.Decided(first.FirstAnswer(), Replayed: true)
                : new Answer.KeyReused();

        var outcome = decide(command);
        if (outcome is Outcome.Done done)
        {
            _settled.Add(key.Id, (key, () => done));
            _new.Add(new(key, done.Booking.Id, JsonSerializer.Serialize(done, StoredAnswers.Default.Done)));
        }
        return new Answer.Decided(outcome);
    }

    private static Outcome.Done Read(string answer) => JsonSerializer.Deserialize(answer, StoredAnswers.Default.Done)!;
}

/// <summary>A key with its created or changed booking and the response to its request.</summary>
internal sealed record SettledKey(KeyClaim Key, Guid BookingId, string Answer);

[JsonSerializable(typeof(Outcome.Done))]
internal sealed partial class StoredAnswers : JsonSerializerContext;
