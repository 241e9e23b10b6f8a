using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Usher.Bench.Baseline;

/// <summary>
/// A token whose signature was checked once is known again by its text. It never forgets and never asks whether the
/// session still lives: the least a check can cost, so the harder mark to come near.
/// </summary>
internal sealed class RememberedTokens(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private static readonly ConcurrentDictionary<string, AuthenticateResult> Known = new();

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var token = Request.Headers.Authorization.ToString();
        if (Known.TryGetValue(token, out var known))
            return known;
        var result = await Context.AuthenticateAsync(BaselineApp.Checked);
        if (result.Succeeded)
            Known[token] = result;
        return result;
    }
}
