using System.Net;
using Microsoft.AspNetCore.Http;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Operations;
using Xunit;

namespace Usher.UnitTests.Observability;

public class MetricsPageTests
{
    private const string Token = "a-long-and-secret-token";

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("10.2.2.3", false)]
    [InlineData("192.168.0.9", false)]
    [InlineData("192.168.0.1", true)]
    [InlineData("2001:db8::1", false)]
    [InlineData(null, false)]
    public void Whose_address_is_allowed_reads(string? address, bool reads) =>
        Assert.Equal(reads, Page(["127.0.0.0/8", "::1", "10.1.0.0/16", "192.168.0.1"]).Answers(Ask(address)));

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    [InlineData("Via", "1.1 proxy")]
    public void What_a_proxy_passed_on_that_is_not_known_is_not_from_here(string header, string value)
    {
        Assert.False(Page(["127.0.0.1"]).Answers(Ask("127.0.0.1", (header, value))));
        Assert.True(Page(["127.0.0.1"], Token).Answers(Ask("127.0.0.1", (header, value), ("Authorization", $"Bearer {Token}"))));
    }

    [Theory]
    [InlineData($"Bearer {Token}", true)]
    [InlineData($"Bearer {Token}x", false)]
    [InlineData("Bearer a-long-and-secret-toke", false)]
    [InlineData($"bearer {Token}", false)]
    [InlineData(Token, false)]
    [InlineData("Bearer ", false)]
    [InlineData("", false)]
    public void Whoever_has_the_token_reads_from_anywhere(string authorization, bool reads) =>
        Assert.Equal(reads, Page([], Token).Answers(Ask("203.0.113.9", ("Authorization", authorization))));

    [Fact]
    public void Without_a_token_none_is_right() => Assert.False(Page([]).Answers(Ask("203.0.113.9", ("Authorization", "Bearer "))));

    [Fact]
    public void Nothing_else_is_answered_here()
    {
        var context = Ask("127.0.0.1");
        context.Request.Method = "POST";
        Assert.False(Page(["127.0.0.1"]).Answers(context));
        context.Request.Method = "HEAD";
        Assert.True(Page(["127.0.0.1"]).Answers(context));
        foreach (var elsewhere in (string[])["/metrics/x", "/metrics/", "/METRICS", "/Metrics"])
        {
            context.Request.Path = elsewhere;
            Assert.False(Page(["127.0.0.1"]).Answers(context), elsewhere);
        }
    }

    private static MetricsPage Page(string[] networks, string? token = null) => new(new MetricsOptions { AllowedNetworks = networks, Token = token });

    private static DefaultHttpContext Ask(string? from, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path) = ("GET", "/metrics");
        context.Connection.RemoteIpAddress = from is null ? null : IPAddress.Parse(from);
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        return context;
    }
}
