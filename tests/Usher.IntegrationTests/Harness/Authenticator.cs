using System.Globalization;
using Usher.Domain.Accounts;

namespace Usher.IntegrationTests.Harness;

/// <summary>An authenticator app with one secret. It shows each code once: a server takes none twice.</summary>
public sealed class Authenticator(string secret)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly byte[] _secret = Read(secret);
    private long _last;

    public string Secret { get; } = secret;

    /// <summary>Three are good at a time: of this half minute, the one before and the one after. Whoever wants a fourth waits.</summary>
    public async Task<string> Next()
    {
        // The oldest one is not handed out when it is about to be too old.
        var step = Math.Max(_last + 1, Totp.StepAt(Now.AddSeconds(5)) - 1);
        while (step > Totp.StepAt(Now) + 1)
            await Task.Delay(200);
        return Totp.CodeOf(_secret, _last = step);
    }

    /// <summary>Of this half minute, though it may have been used.</summary>
    public string Code => Totp.CodeOf(_secret, Totp.StepAt(Now));

    /// <summary>A code of none of the half minutes around.</summary>
    public string Wrong()
    {
        var good = Enumerable.Range(-3, 7).Select(away => Totp.CodeOf(_secret, Totp.StepAt(Now) + away)).ToHashSet();
        return Enumerable.Range(0, 1_000_000).Select(code => code.ToString("D6", CultureInfo.InvariantCulture)).First(code => !good.Contains(code));
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static byte[] Read(string text)
    {
        var bits = string.Concat(text.Select(letter => Convert.ToString(Alphabet.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(at => Convert.ToByte(bits.Substring(at * 8, 8), 2))];
    }
}
