using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Security;
using Xunit;

namespace Usher.UnitTests.Security;

/// <summary>What a storm of log-ins leaves to the others.</summary>
public sealed class PasswordHasherTests
{
    private const int AtOnceAndWaiting = 502;

    [Fact]
    public async Task While_too_many_passwords_wait_a_request_is_turned_away_before_it_costs_anything()
    {
        var hasher = new PasswordHasher();
        await using var services = new ServiceCollection().AddSingleton(hasher).BuildServiceProvider();
        var request = EndpointFilterInvocationContext.Create(new DefaultHttpContext { RequestServices = services });
        Assert.Equal("served", await PasswordHasher.RefuseIfFull(request, _ => new("served")));

        using var enough = new CancellationTokenSource();
        var hashes = Enumerable.Range(0, AtOnceAndWaiting).Select(_ => hasher.Hash("plum-orchard-violin-9", enough.Token)).ToArray();
        var refused = Assert.IsType<Problem>(await PasswordHasher.RefuseIfFull(request, _ => throw new InvalidOperationException("It was served.")));
        Assert.Equal((Problems.Overloaded, 5), (refused.Type, refused.RetryAfterSeconds));
        Assert.Same(Problems.Overloaded, (await Assert.ThrowsAsync<ProblemException>(() => hasher.Hash("one too many", enough.Token))).Problem.Type);

        await enough.CancelAsync();
        Assert.Equal(2, (await Task.WhenAll(hashes.Select(hash => hash.ContinueWith(one => one.IsCompletedSuccessfully, TaskScheduler.Default)))).Count(done => done));
        Assert.Equal("served", await PasswordHasher.RefuseIfFull(request, _ => new("served")));
    }

    [Fact]
    public async Task It_is_done_by_a_thread_to_which_all_others_are_preferred()
    {
        var own = Niceness();
        Assert.Equal(OperatingSystem.IsLinux() ? Math.Min(own + 10, 19) : (int)ThreadPriority.Lowest, LastInLine.Run(Niceness));
        Assert.Equal(own, Niceness());
        Assert.Equal(own, await Task.Run(Niceness));
        Assert.Throws<FormatException>(() => LastInLine.Run<int>(() => throw new FormatException()));
    }

    private static int Niceness() => OperatingSystem.IsLinux() ? GetPriority(0, 0) : (int)Thread.CurrentThread.Priority;

    [DllImport("libc", EntryPoint = "getpriority")]
    private static extern int GetPriority(int which, int who);
}
