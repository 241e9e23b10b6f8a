using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace Usher.Server.Platform;

internal static class Secrets
{
    /// <summary>Where container engines put them.</summary>
    private const string Usual = "/run/secrets";

    /// <summary>
    /// Settings that are files, as container engines and systemd hand out secrets: the name is the key with <c>__</c> for
    /// <c>:</c>, and a name with a point in it is a file that a setting may point to. They are weaker than the environment
    /// and the command line: what is said there is said on purpose.
    /// </summary>
    public static void AddSecrets(this WebApplicationBuilder builder)
    {
        var named = builder.Configuration["SecretsDirectory"] is { Length: > 0 } directory ? directory : builder.Configuration["CREDENTIALS_DIRECTORY"];
        if (string.IsNullOrEmpty(named) && !Directory.Exists(Usual))
            return;
        var sources = ((IConfigurationBuilder)builder.Configuration).Sources;
        sources.Insert(0, new KeyPerFileConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(string.IsNullOrEmpty(named) ? Usual : Path.GetFullPath(named)),
            IgnoreCondition = name => name.Contains('.', StringComparison.Ordinal),
        });
    }
}
