using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Usher.Domain;

/// <summary>
/// An active code of ISO 4217 (list one, with its amendments up to 2026) and the number of digits of its minor unit. Metals, test codes and
/// units of account without a minor unit are omitted, because nothing is priced in them.
/// </summary>
public sealed record Currency
{
    private static readonly FrozenDictionary<string, Currency> Active =
        Listed(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
            .Concat(Listed(2, """
                AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
                CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
                HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
                MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
                SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED
                VES WST XAD XCD XCG YER ZAR ZMW ZWG
                """))
            .Concat(Listed(3, "BHD IQD JOD KWD LYD OMR TND"))
            .Concat(Listed(4, "CLF UYW"))
            .ToFrozenDictionary(currency => currency.Code, StringComparer.Ordinal);

    private Currency(string code, int digits)
    {
        Code = code;
        Digits = digits;
    }

    public static IEnumerable<Currency> All => Active.Values;

    public string Code { get; }

    /// <summary>Number of decimals of an amount in major units.</summary>
    public int Digits { get; }

    private decimal MinorUnit => new(1, 0, 0, isNegative: false, (byte)Digits);

    public static bool TryGet(string? code, [NotNullWhen(true)] out Currency? currency)
    {
        currency = null;
        return code is not null && Active.TryGetValue(code, out currency);
    }

    public static Currency Get(string code) =>
        TryGet(code, out var currency) ? currency : throw new ArgumentException($"'{code}' is no active ISO 4217 currency.", nameof(code));

    /// <summary>The same amount with exactly <see cref="Digits"/> decimals: 1500 minor units of EUR are 15.00.</summary>
    public decimal ToMajor(long minor) => minor * MinorUnit;

    /// <summary>The same amount in ten-thousandths of the major unit, the finest that any currency has.</summary>
    public long ToScaled(long minor) => minor * ScaledMinorUnit;

    /// <summary>One minor unit in ten-thousandths of the major one.</summary>
    public long ScaledMinorUnit => Digits switch { 0 => 10_000, 2 => 100, 3 => 10, _ => 1 };

    /// <summary>False when the amount has more decimals than the currency (trailing zeros don't count) or doesn't fit.</summary>
    public bool TryToMinor(decimal major, out long minor)
    {
        var fits = major >= ToMajor(long.MinValue) && major <= ToMajor(long.MaxValue) && decimal.Round(major, Digits) == major;
        minor = fits ? (long)(major / MinorUnit) : 0;
        return fits;
    }

    public override string ToString() => Code;

    private static IEnumerable<Currency> Listed(int digits, string codes) =>
        codes.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(code => new Currency(code, digits));
}
