using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Usher.Server.Platform.Http;

/// <summary>JSON has no integers of its own (RFC 8259, JSON Schema): <c>2</c>, <c>2.0</c> and <c>20e-1</c> are one number.</summary>
internal static class JsonIntegers
{
    private const int LongestMagnitude = 19;

    public static void Add(IList<JsonConverter> converters)
    {
        converters.Add(new Int());
        converters.Add(new Long());
    }

    /// <summary>False for a number with a fraction, and for one that exceeds a <c>long</c>. A long exponent costs no extra work.</summary>
    /// <param name="number">A number in the grammar of JSON.</param>
    public static bool TryRead(ReadOnlySpan<byte> number, out long value)
    {
        value = 0;
        var isNegative = number[0] == (byte)'-';
        var exponentAt = number.IndexOfAny((byte)'e', (byte)'E');
        var digits = number[(isNegative ? 1 : 0)..(exponentAt < 0 ? number.Length : exponentAt)];
        // The value is 0.DIGITS times ten to the power of the digits before the point; zeros at either end do not matter.
        long power = exponentAt < 0 ? 0 : Exponent(number[(exponentAt + 1)..]);
        var (magnitude, pending, count) = (0UL, 0, 0L);
        var isAfterPoint = false;
        foreach (var digit in digits)
        {
            if (digit == (byte)'.')
            {
                isAfterPoint = true;
                continue;
            }
            if (count > 0 || digit != (byte)'0')
            {
                count++;
                if (!isAfterPoint)
                    power++;
            }
            else if (isAfterPoint)
                power--;
            pending++;
            if (digit == (byte)'0')
                continue;
            if (count > LongestMagnitude)
                return false;
            for (; pending > 1; pending--)
                magnitude *= 10;
            magnitude = magnitude * 10 + (ulong)(digit - (byte)'0');
            pending = 0;
        }
        if (magnitude == 0)
            return true;
        var significant = count - pending;
        if (power < significant || power > LongestMagnitude)
            return false;
        for (; power > significant; power--)
            magnitude *= 10;
        if (magnitude > (isNegative ? 1UL << 63 : long.MaxValue))
            return false;
        value = isNegative ? (long)(0 - (Int128)magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>Beyond a million the exact value does not matter: no body has that many digits.</summary>
    private static int Exponent(ReadOnlySpan<byte> text)
    {
        var isNegative = text[0] == (byte)'-';
        var size = 0;
        foreach (var digit in text[(text[0] is (byte)'-' or (byte)'+' ? 1 : 0)..])
            size = Math.Min(size * 10 + (digit - (byte)'0'), 100_000_000);
        return isNegative ? -size : size;
    }

    private static bool TryRead(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && TryRead(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan, out value);
    }

    private sealed class Int : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var plain) ? plain
            : TryRead(ref reader, out var whole) && whole is >= int.MinValue and <= int.MaxValue ? (int)whole
            : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private sealed class Long : JsonConverter<long>
    {
        public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var plain) ? plain
            : TryRead(ref reader, out var whole) ? whole
            : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
