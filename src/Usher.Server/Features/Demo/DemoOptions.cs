namespace Usher.Server.Features.Demo;

internal sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary>
    /// Whether to create demo accounts and events; true in Development by default. Production refuses it, because the demo password
    /// is public.
    /// </summary>
    public bool? Seed { get; init; }
}
