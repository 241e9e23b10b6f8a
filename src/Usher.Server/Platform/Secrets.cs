using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace Usher.Server.Platform;

internal static class Secrets
{
    /// <summary>Default folder of container engines.</summary>
    private const string Usual = "/run/secrets";

    /// <summary>
    /// Settings as files, the way container engines and systemd provide secrets. The file name is the key with <c>__</c> for <c>:</c>. A
    /// file with a dot in its name is not a setting; a setting may refer to it. The environment and the command line override these files,
    /// because they are more explicit.
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
