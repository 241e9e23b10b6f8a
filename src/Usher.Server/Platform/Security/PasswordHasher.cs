using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using NSec.Cryptography;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Security;

/// <summary>
/// Argon2id behind a concurrency limiter: two at once and a bounded queue, because a flood of log-ins must leave the processors to the
/// sales.
/// </summary>
internal sealed class PasswordHasher : IDisposable
{
    private const int AtOnce = 2, Waiting = 500, SaltBytes = 16, HashBytes = 32;
    private static readonly Cost Current = new(MemoryKiB: 19456, Passes: 2);

    private readonly ConcurrencyLimiter _turns = new(new() { PermitLimit = AtOnce, QueueLimit = Waiting });
    private readonly string _nobodys = Write(Current, RandomNumberGenerator.GetBytes(SaltBytes), new byte[HashBytes]);

    /// <summary>Rejects a request while the queue is full, before any query, because the hash is its main cost.</summary>
    public static async ValueTask<object?> RefuseIfFull(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<PasswordHasher>().IsFull ? Full : await next(context);

    private bool IsFull => _turns.GetStatistics() is { CurrentQueuedCount: >= Waiting };

    private static Problem Full => new(Problems.Overloaded) { RetryAfterSeconds = 5 };

    public Task<string> Hash(string password, CancellationToken cancellationToken) => InTurn(() =>
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return Write(Current, salt, Derive(Current, password, salt, HashBytes));
    }, cancellationToken);

    /// <param name="stored">Null or empty if there is no such account or password. The check then costs the same and returns false.</param>
    public async Task<bool> Verify(string? stored, string password, CancellationToken cancellationToken)
    {
        var exists = !string.IsNullOrEmpty(stored);
        var (cost, salt, hash) = Read(exists ? stored! : _nobodys);
        var same = await InTurn(() => CryptographicOperations.FixedTimeEquals(Derive(cost, password, salt, hash.Length), hash), cancellationToken);
        return same && exists;
    }

    /// <summary>Whether the hash has weaker parameters than the current ones.</summary>
    public static bool IsOutdated(string stored) => Read(stored).Cost is var cost && (cost.MemoryKiB < Current.MemoryKiB || cost.Passes < Current.Passes);

    private async Task<T> InTurn<T>(Func<T> hash, CancellationToken cancellationToken)
    {
        using var turn = await _turns.AcquireAsync(1, cancellationToken);
        if (!turn.IsAcquired)
        {
            Guard.Rejected(Guard.PasswordQueue);
            throw new ProblemException(Full);
        }
        // A dedicated thread: on two processors the pool has two, and selling needs them.
        return await Task.Factory.StartNew(() => LastInLine.Run(hash), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Dispose() => _turns.Dispose();

    private static byte[] Derive(Cost cost, string password, byte[] salt, int bytes)
    {
        var argon2 = PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = cost.MemoryKiB, NumberOfPasses = cost.Passes });
        // The overload for strings hashes UTF-16, which no other implementation would recognize.
        return argon2.DeriveBytes(Encoding.UTF8.GetBytes(Password.Clean(password)), salt, bytes);
    }

    private static string Write(Cost cost, byte[] salt, byte[] hash) => string.Create(CultureInfo.InvariantCulture,
        $"$argon2id$v=19$m={cost.MemoryKiB},t={cost.Passes},p=1${Encode(salt)}${Encode(hash)}");

    /// <summary>PHC string format, which includes the parameters of the hash.</summary>
    private static (Cost Cost, byte[] Salt, byte[] Hash) Read(string stored)
    {
        if (stored.Split('$') is ["", "argon2id", "v=19", var cost, var salt, var hash]
            && cost.Split(',') is [['m', '=', .. var memory], ['t', '=', .. var passes], "p=1"])
            return (new Cost(long.Parse(memory, CultureInfo.InvariantCulture), long.Parse(passes, CultureInfo.InvariantCulture)), Decode(salt), Decode(hash));
        throw new FormatException("A stored password is not argon2id in the PHC string format.");
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Decode(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));

    private readonly record struct Cost(long MemoryKiB, long Passes);
}
