using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Usher.Server.Platform;
using Usher.Server.Platform.Security;
using Xunit;

namespace Usher.UnitTests.Security;

/// <summary>The file of the signing keys, while the program runs.</summary>
public sealed class SigningKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("usher-keys-").FullName;
    private readonly string _old = NewKey(), _new = NewKey();

    private string KeyFile => Path.Combine(_folder, "keys.pem");

    [Fact]
    public void The_first_signs_and_the_order_may_change()
    {
        var keys = Open(_old);
        var old = keys.Signing;
        Write(_new + _old);
        keys.ReadAgain();
        Assert.Equal(2, keys.All.Count);
        Assert.NotEqual(old.KeyId, keys.Signing.KeyId);
        Assert.Same(old, keys.All[1]);
        Write(_old + _new);
        keys.ReadAgain();
        Assert.Same(old, keys.Signing);
    }

    [Fact]
    public void A_key_that_another_process_signs_with_already_is_found_at_once()
    {
        var (here, there) = (Open(_old), Open(_old));
        Write(_new + _old);
        there.ReadAgain();
        Assert.Equal(there.Signing.KeyId, here.Find(there.Signing.KeyId)?.KeyId);
        Assert.Null(here.Find("mine"));
        Assert.Null(here.Find(null));
    }

    [Fact]
    public void A_key_that_has_gone_is_good_for_nothing()
    {
        var keys = Open(_new + _old);
        var gone = keys.All[1];
        Assert.True(keys.Hold(gone));
        Write(_new);
        keys.ReadAgain();
        Assert.False(keys.Hold(gone));
        Assert.Null(keys.Find(gone.KeyId));
    }

    [Fact]
    public void The_same_key_twice_is_one()
    {
        Assert.Single(Open(_old + _old).All);
    }

    [Fact]
    public void A_file_that_cannot_be_used_changes_nothing()
    {
        var keys = Open(_old);
        var old = keys.Signing;
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (var text in (string?[])["", null, "no key", _new + p384.ExportPkcs8PrivateKeyPem(), _new[..60], $"A key for development only, made on first start.\n{_new}", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
        {
            Write(text);
            keys.ReadAgain();
            Assert.Same(old, Assert.Single(keys.All));
        }
        Write(_new);
        keys.ReadAgain();
        Assert.NotEqual(old.KeyId, Assert.Single(keys.All).KeyId);
    }

    [Fact]
    public void Each_key_has_a_secret_for_each_purpose()
    {
        var keys = Open(_old);
        var (one, other) = (keys.Derive("one").Single(), keys.Derive("other").Single());
        Assert.NotEqual(one, other);
        Write(_new + _old);
        keys.ReadAgain();
        Assert.Equal(one, keys.Derive("one")[1]);
        Assert.NotEqual(one, keys.Derive("one")[0]);
    }

    [Fact]
    public void The_successor_of_a_refresh_token_is_the_same_while_its_key_is_there()
    {
        var keys = Open(_old);
        var chain = new RefreshChain(keys);
        var token = RefreshChain.First();
        var first = chain.After(token);
        Write(_new + _old);
        keys.ReadAgain();
        Assert.NotEqual(first, chain.After(token));
        Assert.Equal(first, chain.Again(token, RefreshChain.Hash(first)));
        Assert.Null(chain.Again(token, RefreshChain.Hash(RefreshChain.First())));
        Write(_new);
        keys.ReadAgain();
        Assert.Null(chain.Again(token, RefreshChain.Hash(first)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private SigningKeys Open(string text)
    {
        Write(text);
        var environment = new HostingEnvironment { EnvironmentName = Environments.Production, ContentRootPath = _folder };
        var folder = new DataDirectory(new ConfigurationBuilder().AddInMemoryCollection([new("DataDirectory", _folder)]).Build(), environment);
        return new(Options.Create(new AuthOptions { SigningKeyFile = KeyFile }), folder, environment, NullLogger<SigningKeys>.Instance);
    }

    private void Write(string? text)
    {
        if (text is null)
            File.Delete(KeyFile);
        else
            File.WriteAllText(KeyFile, text);
    }

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return $"{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
