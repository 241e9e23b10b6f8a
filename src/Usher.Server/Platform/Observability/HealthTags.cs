namespace Usher.Server.Platform.Observability;

internal static class HealthTags
{
    /// <summary>Of checks that nothing but a new process can put right.</summary>
    public const string Process = "process";
}
