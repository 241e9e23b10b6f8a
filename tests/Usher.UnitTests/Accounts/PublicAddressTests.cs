using Usher.Server.Features.Accounts.Contract;
using Xunit;

namespace Usher.UnitTests.Accounts;

public class PublicAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080")]
    [InlineData("http://0.0.0.0:8080", "http://localhost:8080")]
    [InlineData("http://[::]:8080", "http://localhost:8080")]
    [InlineData("http://+:80/usher", "http://localhost:80/usher")]
    [InlineData("http://tickets.example:5080 https://tickets.example:5443", "https://tickets.example:5443")]
    [InlineData("http://unix:/run/usher.sock http://[::1]:5080", "http://[::1]:5080")]
    [InlineData("http://unix:/run/usher.sock", null)]
    [InlineData("http://127.0.0.1:0", null)]
    [InlineData("", null)]
    public void A_link_begins_with_the_address_that_is_served(string served, string? begins) =>
        Assert.Equal(begins, PublicAddress.Served(served.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
