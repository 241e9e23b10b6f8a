using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.BoxOffice;

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

    /// <summary>25, 25.0 and 25.00 are one amount.</summary>
    private sealed class Amount : JsonConverter<decimal>
    {
        private const decimal One = 1.0000000000000000000000000000m;

        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value / One);
    }
}
