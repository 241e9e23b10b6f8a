#!/usr/bin/env bash
# ZiggyCreatures.FusionCache 2.9.0 and Microsoft.Extensions.Caching.Hybrid 10.11.0. Needs: dotnet (SDK 10), NuGet.
#
# Guess: behind the same abstract class (HybridCache), a cache that protects from stampedes reads once for all who wait, and the read
#   ends early only when the last of them has gone.
# Instead: that is so in Microsoft's implementation. FusionCache's (AsHybridCache) ties the read to the caller that began it: when that
#   caller's patience ends, the read is cancelled, although others wait for it, and the next one begins it anew. Where callers come one
#   after the other and a read takes longer than each of them waits, each of them begins a read and none is answered; Microsoft's
#   answers all but the earliest, with one read.
# Why it matters: a slow list on the evening of an on-sale. Browsers and proxies give up after some seconds, the database is asked again
#   and again for what it had nearly finished, and nobody sees the list. Exchanging one implementation for the other changes that.
# Seen since: 2.9.0, November 2026.
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
cat >try.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="ZiggyCreatures.FusionCache" Version="2.9.0" />
    <PackageReference Include="Microsoft.Extensions.Caching.Hybrid" Version="10.11.0" />
    <PackageReference Include="Microsoft.Extensions.DependencyInjection" Version="10.0.0" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using ZiggyCreatures.Caching.Fusion;

var microsoft = new ServiceCollection();
microsoft.AddHybridCache();
var fusion = new ServiceCollection();
fusion.AddFusionCache().AsHybridCache();
await Try("Microsoft", microsoft);
await Try("FusionCache", fusion);

// Eight callers, one every 0.5 s, each willing to wait 1 s. The read takes 2 s.
static async Task Try(string name, ServiceCollection services)
{
    var cache = services.BuildServiceProvider().GetRequiredService<HybridCache>();
    var (begun, finished) = (0, 0);
    var callers = new List<Task<bool>>();
    for (var i = 0; i < 8; i++)
    {
        callers.Add(Ask());
        await Task.Delay(500);
    }
    var answered = (await Task.WhenAll(callers)).Count(isAnswered => isAnswered);
    Console.WriteLine($"{name}: answered {(answered == 0 ? "none" : answered >= 4 ? "most" : "few")}, reads {(begun == 1 ? "once" : begun == 8 ? "for each" : "several")}, finished {(finished == 0 ? "none" : "one")}");

    async Task<bool> Ask()
    {
        using var patience = new CancellationTokenSource(1000);
        try
        {
            await cache.GetOrCreateAsync("list", async cancellationToken =>
            {
                Interlocked.Increment(ref begun);
                await Task.Delay(2000, cancellationToken);
                Interlocked.Increment(ref finished);
                return 1;
            }, cancellationToken: patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
CS
seen=$(dotnet run | tee /dev/stderr)
[ "$seen" = "Microsoft: answered most, reads once, finished one
FusionCache: answered none, reads for each, finished none" ] && echo "As described: the read ends with its first caller." || { echo "CHANGED"; exit 1; }
