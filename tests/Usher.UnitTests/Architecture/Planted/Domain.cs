using Usher.UnitTests.Architecture.Planted.Platform;

namespace Usher.UnitTests.Architecture.Planted.Domain;

internal sealed record Innocent(DateTimeOffset At)
{
    public Guid NewId() => Guid.CreateVersion7(At);
}

[Breaks(nameof(Rules.The_domain_names_nothing_but_values))]
internal static class ReadsAFile
{
    public static string Text() => File.ReadAllText("prices.txt");
}

[Breaks(nameof(Rules.The_domain_names_nothing_but_values))]
internal static class AsksTheNetworkInALambda
{
    public static Func<Uri, Task<string>> Ask() => async address =>
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(address);
    };
}

[Breaks(nameof(Rules.The_domain_names_nothing_but_values))]
internal sealed class IsGivenAClock(TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();
}

[Breaks(nameof(Rules.The_domain_names_nothing_but_values))]
internal abstract class KnowsTheDatabase
{
    public abstract IEnumerable<KeyValuePair<int, Microsoft.EntityFrameworkCore.DbContext>> Contexts { get; }
}

#pragma warning disable RS0030 // These are here to be caught.
[Breaks(nameof(Rules.The_domain_reads_no_clock))]
internal static class ReadsTheClock
{
    public static IEnumerable<DateTimeOffset> Instants()
    {
        yield return DateTimeOffset.UtcNow;
    }
}

[Breaks(nameof(Rules.The_domain_reads_no_clock))]
internal static class ReadsTheClockForAnId
{
    public static Guid NewId() => Guid.CreateVersion7();
}
#pragma warning restore RS0030

[Breaks(nameof(Rules.The_domain_does_not_know_the_server))]
internal static class KnowsThePlatform
{
    public static Type Below => typeof(Table);
}

[Breaks(nameof(Rules.No_name_hides_what_a_type_does))]
internal static class PriceHelper;
