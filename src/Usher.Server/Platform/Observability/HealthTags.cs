namespace Usher.Server.Platform.Observability;

internal static class HealthTags
{
    /// <summary>Tag of checks that only a restart of the process can mend.</summary>
    public const string Process = "process";
}
