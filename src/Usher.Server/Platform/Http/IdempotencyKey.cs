using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Http;

/// <summary>Identity of a repeatable request: caller, operation, key, and a hash of its content.</summary>
internal sealed record KeyClaim(Guid UserId, string Route, string Key, byte[] RequestHash)
{
    public (Guid, string, string) Id => (UserId, Route, Key);
}

/// <summary>The header that makes a request safe to repeat.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private static readonly JsonSerializerOptions Compared = new(StrictJson.Options) { Converters = { new Amount() } };

    /// <summary>Reads the header before any lookup, because errors of a request are reported before a missing resource.</summary>
    public static string? Read(HttpContext context)
    {
        var sent = context.Request.Headers[Header];
        if (sent.Count == 0)
            return null;
        var key = sent.ToString();
        if (sent.Count > 1 || key.Length is 0 or > 255 || !key.All(c => c is > ' ' and <= '~'))
            throw new ProblemException(new Problem(Problems.IdempotencyKeyInvalid));
        return key;
    }

    /// <param name="key">The key as it was read.</param>
    /// <param name="request">The parsed request, with the resource that its path names: the spelling of either does not matter.</param>
    public static KeyClaim? Claim<T>(string? key, Guid user, string route, T request) =>
        key is null ? null : new KeyClaim(user, route, key, SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, Compared)));

    /// <summary>
    /// Stored response to the first request with this key, if there is one; 422 if that was a different request. The box office does this
    /// itself, batch by batch.
    /// </summary>
    public static async Task<IResult?> FindAnswer(this UsherDb db, KeyClaim? key, CancellationToken cancellationToken)
    {
        if (key is null)
            return null;
        var (user, route, text) = key.Id;
        var first = await db.IdempotencyKeys.AsNoTracking().SingleOrDefaultAsync(k => k.UserId == user && k.Route == route && k.Key == text, cancellationToken);
        return first is null ? null
            : first.RequestHash.AsSpan().SequenceEqual(key.RequestHash) ? JsonSerializer.Deserialize(first.Answer, FirstAnswers.Default.FirstAnswer)!
            : new Problem(Problems.IdempotencyKeyReused);
    }

    /// <summary>
    /// Stores the response for repetitions. Of two concurrent requests, the second to commit violates the key, rolls back, and finds the
    /// response of the first.
    /// </summary>
    /// <param name="made">Id of the created resource.</param>
    public static void Settle(this Change change, KeyClaim key, Guid made, FirstAnswer answer) =>
        change.Db.IdempotencyKeys.Add(new IdempotencyRow
        {
            UserId = key.UserId,
            Route = key.Route,
            Key = key.Key,
            RequestHash = key.RequestHash,
            ResultId = made,
            Answer = JsonSerializer.Serialize(answer, FirstAnswers.Default.FirstAnswer),
            CreatedAt = change.Now,
        });

    /// <summary>25, 25.0 and 25.00 are the same amount.</summary>
    private sealed class Amount : JsonConverter<decimal>
    {
        private const decimal One = 1.0000000000000000000000000000m;

        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value / One);
    }
}

/// <summary>A response that is stored with its key and sent again on repetition.</summary>
internal sealed record FirstAnswer(string Body, string? ETag = null, string? Location = null) : IResult
{
    public static FirstAnswer Of<T>(Tagged<T> answer) => new(Encoding.UTF8.GetString(answer.Rendered.Bytes.Span), answer.Rendered.ETag, answer.Location);

    public static FirstAnswer Of<T>(T answer) => new(JsonSerializer.Serialize(answer, StrictJson.Options));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers["Idempotency-Replayed"] = "true";
        if (Location is not null)
        {
            httpContext.Response.StatusCode = StatusCodes.Status201Created;
            headers.Location = Location;
        }
        if (ETag is not null)
            headers.ETag = ETag;
        headers.CacheControl = "no-store";
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        return httpContext.Response.WriteAsync(Body, Encoding.UTF8);
    }
}

[JsonSerializable(typeof(FirstAnswer))]
internal sealed partial class FirstAnswers : JsonSerializerContext;
