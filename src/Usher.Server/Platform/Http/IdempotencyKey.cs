using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Http;

/// <summary>A request that may be repeated: whose it is, which operation, its key, and a hash of what it asked for.</summary>
internal sealed record KeyClaim(Guid UserId, string Route, string Key, byte[] RequestHash)
{
    public (Guid, string, string) Id => (UserId, Route, Key);
}

/// <summary>The header by which a request can be repeated without being done twice.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private static readonly JsonSerializerOptions Compared = new(StrictJson.Options) { Converters = { new Amount() } };

    /// <summary>Looks at the header before anything is looked for: what is wrong with a request is said before whether the thing is there.</summary>
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

    /// <param name="key">As it was read.</param>
    /// <param name="request">The request as it was understood, with the thing that its path names: the spelling of either does not matter.</param>
    public static KeyClaim? Claim<T>(string? key, Guid user, string route, T request) =>
        key is null ? null : new KeyClaim(user, route, key, SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, Compared)));

    /// <summary>What the first request with this key was answered, if it was: 422 when it was another request. The box office does it for its own, batch by batch.</summary>
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

    /// <summary>Writes what a repetition gets. Two at once: the second to commit violates the key, finds the first one's answer, and has done nothing.</summary>
    /// <param name="made">The id of what the request made.</param>
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

    /// <summary>25, 25.0 and 25.00 are one amount.</summary>
    private sealed class Amount : JsonConverter<decimal>
    {
        private const decimal One = 1.0000000000000000000000000000m;

        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value / One);
    }
}

/// <summary>An answer that is kept with its key, and is its own repetition.</summary>
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
