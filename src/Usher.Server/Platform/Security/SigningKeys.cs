using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Usher.Server.Platform.Jobs;

namespace Usher.Server.Platform.Security;

/// <summary>
/// Keys of the access tokens. The first key signs; all keys are published and verify. The file is reloaded while the program runs, so that
/// keys can be added and removed without a restart.
/// </summary>
internal sealed partial class SigningKeys
{
    private const string DevelopmentMark = "A key for development only, made on first start.";

    private readonly string _file;
    private readonly string _environment;
    private readonly bool _mayBeForDevelopment;
    private readonly ILogger<SigningKeys> _log;
    private readonly Lock _turn = new();
    private volatile KeyRing _ring;
    private volatile Stamp? _stamp;
    private string? _complaint;

    public SigningKeys(IOptions<AuthOptions> options, DataDirectory folder, IHostEnvironment environment, ILogger<SigningKeys> log)
    {
        (_environment, _mayBeForDevelopment, _log) = (environment.EnvironmentName, environment.IsDevelopment(), log);
        _file = options.Value.SigningKeyFile is { Length: > 0 } configured ? configured : MakeOnce(folder.File("signing-key.pem"));
        _stamp = StampOfFile();
        _ring = Read(File.ReadAllText(_file), []);
    }

    public IReadOnlyList<ECDsaSecurityKey> All => _ring.Keys;

    public ECDsaSecurityKey Signing => _ring.Keys[0];

    /// <summary>Whether tokens that this key signed are still valid.</summary>
    public bool Hold(SecurityKey key) => Array.IndexOf<SecurityKey>(_ring.Keys, key) >= 0;

    /// <summary>By its exact id. An unknown key may have been added just now, and another process may already sign with it.</summary>
    public ECDsaSecurityKey? Find(string? id)
    {
        if (Known() is { } key)
            return key;
        // Any client can send an unknown id: a flood of them must not read the file each time.
        if (StampOfFile() != _stamp)
            ReadAgain();
        return Known();

        ECDsaSecurityKey? Known() => _ring.Keys.FirstOrDefault(key => key.KeyId == id);
    }

    /// <summary>
    /// A derived secret of each key for another purpose, in the order of the keys: new data uses the first, older data may use any.
    /// </summary>
    public IReadOnlyList<byte[]> Derive(string purpose) => _ring.Derive(purpose);

    /// <summary>An unusable file changes nothing: it is logged once, and the current keys stay.</summary>
    /// <returns>Why the file is unusable, or null.</returns>
    public Exception? ReadAgain()
    {
        lock (_turn)
        {
            var stamp = StampOfFile();
            try
            {
                var text = File.ReadAllText(_file);
                if (text != _ring.Text)
                {
                    _ring = Read(text, _ring.Keys);
                    Log.Changed(_log, All.Count, Signing.KeyId);
                }
                _complaint = null;
                return null;
            }
            catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or InvalidOperationException or CryptographicException or ArgumentException)
            {
                if (_complaint != unusable.Message)
                    Log.Unusable(_log, unusable.Message);
                _complaint = unusable.Message;
                return unusable;
            }
            finally
            {
                _stamp = stamp;
            }
        }
    }

    /// <summary>Stamp of the file itself, not of a link to it: the link stays unchanged when its target is replaced.</summary>
    private Stamp? StampOfFile()
    {
        try
        {
            using var file = File.OpenHandle(_file);
            return new Stamp(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="text">Content of the file.</param>
    /// <param name="before">A key that stays keeps its object, so that its verified tokens need no new check.</param>
    private KeyRing Read(string text, ECDsaSecurityKey[] before)
    {
        if (text.Contains(DevelopmentMark, StringComparison.Ordinal) && !_mayBeForDevelopment)
            throw new InvalidOperationException($"{_file} was made for development: make another one for {_environment}.");
        var keys = new List<ECDsaSecurityKey>();
        for (var rest = text; PemEncoding.TryFind(rest, out var pem); rest = rest[pem.Location.End..])
        {
            if (rest[pem.Label] is not ("PRIVATE KEY" or "EC PRIVATE KEY"))
                continue;
            var key = ECDsa.Create();
            key.ImportFromPem(rest[pem.Location]);
            if (key.ExportParameters(false).Curve.Oid.Value is not "1.2.840.10045.3.1.7")
                throw new InvalidOperationException($"{_file}: ES256 needs keys on the curve P-256.");
            var security = new ECDsaSecurityKey(key);
            security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint());
            keys.Add(before.FirstOrDefault(known => known.KeyId == security.KeyId) ?? security);
        }
        return keys.Count > 0 ? new KeyRing(text, [.. keys.DistinctBy(key => key.KeyId)]) : throw new InvalidOperationException($"{_file} has no private key in PEM.");
    }

    /// <summary>Written to a temporary file and then linked: a concurrent process finds the complete first key.</summary>
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

    private sealed record Stamp(DateTime Written, long Length);

    /// <summary>The keys of one version of the file.</summary>
    private sealed class KeyRing(string text, ECDsaSecurityKey[] keys)
    {
        private readonly ConcurrentDictionary<string, byte[][]> _derived = new(StringComparer.Ordinal);

        public string Text => text;

        public ECDsaSecurityKey[] Keys => keys;

        public byte[][] Derive(string purpose) => _derived.GetOrAdd(purpose, static (purpose, keys) =>
            [.. keys.Select(key => HKDF.DeriveKey(HashAlgorithmName.SHA256, key.ECDsa.ExportParameters(true).D!, 32, info: System.Text.Encoding.UTF8.GetBytes(purpose)))], keys);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The signing keys were read again: there are {Keys}, and {KeyId} signs")]
        public static partial void Changed(ILogger log, int keys, string keyId);

        [LoggerMessage(2, LogLevel.Error, "The signing keys stay as they were, because their file cannot be used: {Reason}")]
        public static partial void Unusable(ILogger log, string reason);
    }
}

/// <summary>Checks the key file every second, because not every file system sends change notifications.</summary>
internal sealed class ReadSigningKeys(SigningKeys keys, JobHealth jobs, TimeProvider time, ILogger<ReadSigningKeys> log) : SupervisedWork(jobs, time, log)
{
    protected override async Task Run(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (keys.ReadAgain() is { } unusable)
                Failed(unusable, isAway: true);
            else
                Worked();
        }
    }
}
