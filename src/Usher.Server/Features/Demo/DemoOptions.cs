namespace Usher.Server.Features.Demo;

internal sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary>Whether there are demo accounts and events; in Development, unless told. Production refuses: their password is public.</summary>
    public bool? Seed { get; init; }
}
