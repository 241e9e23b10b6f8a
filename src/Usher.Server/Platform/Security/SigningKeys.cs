using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Usher.Server.Platform.Security;

/// <summary>The keys of the access tokens. The first signs, all are published and good for checking.</summary>
internal sealed class SigningKeys
{
    private const string DevelopmentMark = "A key for development only, made on first start.";

    public SigningKeys(IOptions<AuthOptions> options, DataDirectory folder, IHostEnvironment environment)
    {
        var file = options.Value.SigningKeyFile is { Length: > 0 } configured ? configured : MakeOnce(folder.File("signing-key.pem"));
        var text = File.ReadAllText(file);
        if (text.Contains(DevelopmentMark, StringComparison.Ordinal) && !environment.IsDevelopment())
            throw new InvalidOperationException($"{file} was made for development: make another one for {environment.EnvironmentName}.");
        All = [.. Read(text, file)];
    }

    public IReadOnlyList<ECDsaSecurityKey> All { get; }

    public ECDsaSecurityKey Signing => All[0];

    private static IEnumerable<ECDsaSecurityKey> Read(string text, string file)
    {
        var found = 0;
        for (var rest = text; PemEncoding.TryFind(rest, out var pem); rest = rest[pem.Location.End..])
        {
            if (rest[pem.Label] is not ("PRIVATE KEY" or "EC PRIVATE KEY"))
                continue;
            var key = ECDsa.Create();
            key.ImportFromPem(rest[pem.Location]);
            if (key.ExportParameters(false).Curve.Oid.Value is not "1.2.840.10045.3.1.7")
                throw new InvalidOperationException($"{file}: ES256 needs keys on the curve P-256.");
            var security = new ECDsaSecurityKey(key);
            security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint());
            found++;
            yield return security;
        }
        if (found == 0)
            throw new InvalidOperationException($"{file} has no private key in PEM.");
    }

    /// <summary>Written aside and then linked into its place: whoever comes second finds the first one's key, never half of it.</summary>
    private static string MakeOnce(string file)
    {
        if (File.Exists(file))
            return file;
        var draft = $"{file}.{Guid.CreateVersion7():N}";
        var write = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            write.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        using (var writer = new StreamWriter(draft, write))
        {
            writer.WriteLine(DevelopmentMark);
            writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
        }
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
        return file;
    }
}
