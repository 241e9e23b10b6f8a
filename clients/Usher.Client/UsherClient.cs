using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Usher.Client;

/// <summary>One caller of one server. Thread-safe.</summary>
public sealed partial class UsherClient : IDisposable
{
    private static readonly JsonSerializerOptions Lenient = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    private readonly HttpClient _http;
    private readonly bool _owned;
    private readonly JsonSerializerOptions _json;
    private readonly SemaphoreSlim _renewing = new(1, 1);

    public UsherClient(Uri server) : this(new HttpClient { BaseAddress = server }) => _owned = true;

    /// <param name="http">Client with the server as its base address. The caller disposes it.</param>
    public UsherClient(HttpClient http) : this(http, Lenient)
    {
    }

    internal UsherClient(HttpClient http, JsonSerializerOptions json) => (_http, _json) = (http, json);

    /// <summary>Null for an anonymous caller.</summary>
    public string? AccessToken { get; set; }

    /// <summary>Works once. If it is null, requests with an expired access token are refused.</summary>
    public string? RefreshToken { get; set; }

    /// <summary>Number of retries of a repeatable request before its failure is reported.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>Raised with new tokens to store, before the request that needed them continues.</summary>
    public event EventHandler<SignedIn>? TokensChanged;

    public void Dispose()
    {
        _renewing.Dispose();
        if (_owned)
            _http.Dispose();
    }

    internal static JsonSerializerOptions Configure(JsonSerializerOptions json)
    {
        json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        return json;
    }

    /// <summary>Every item of a list, page after page.</summary>
    /// <param name="page">Requests the page of a cursor; null for the first page.</param>
    /// <param name="cancellationToken">Stops the enumeration.</param>
    public static async IAsyncEnumerable<T> All<T>(
        Func<string?, CancellationToken, Task<Paged<T>>> page, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(page);
        for (string? cursor = null; ;)
        {
            var found = await page(cursor, cancellationToken).ConfigureAwait(false);
            foreach (var item in found.Data)
                yield return item;
            if ((cursor = found.Pagination.NextCursor) is null)
                yield break;
        }
    }

    private SignedIn Take(SignedIn signedIn)
    {
        (AccessToken, RefreshToken) = (signedIn.AccessToken, signedIn.RefreshToken);
        TokensChanged?.Invoke(this, signedIn);
        return signedIn;
    }

    private async Task<T> Ask<T>(HttpMethod method, string path, object? body = null, string? key = null, string? ifMatch = null, CancellationToken cancellationToken = default)
    {
        using var response = await Answer(method, path, body, key, ifMatch, cancellationToken).ConfigureAwait(false);
        return (await response.Content.ReadFromJsonAsync<T>(_json, cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<string> AskText(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var response = await Answer(method, path, body, null, null, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task Do(HttpMethod method, string path, object? body = null, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        (await Answer(method, path, body, null, ifMatch, cancellationToken).ConfigureAwait(false)).Dispose();

    /// <summary>Returns a success, or throws.</summary>
    private async Task<HttpResponseMessage> Answer(HttpMethod method, string path, object? body, string? key, string? ifMatch, CancellationToken cancellationToken)
    {
        var repeatable = method == HttpMethod.Get || key is not null;
        var renewed = false;
        for (var attempt = 0; ; attempt++)
        {
            var token = AccessToken;
            HttpResponseMessage response;
            try
            {
                response = await Send(method, path, body, key, ifMatch, token, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException) when (repeatable && attempt < Retries)
            {
                await Pause(attempt, null, cancellationToken).ConfigureAwait(false);
                continue;
            }
            if (response.IsSuccessStatusCode)
                return response;

            using (response)
            {
                var refusal = await Refusal(response, cancellationToken).ConfigureAwait(false);
                if (refusal.Code == "token_expired" && !renewed && RefreshToken is not null)
                {
                    renewed = true;
                    await Renew(token, cancellationToken).ConfigureAwait(false);
                }
                else if (repeatable && attempt < Retries && refusal.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway)
                {
                    await Pause(attempt, refusal.RetryAfter, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    throw refusal;
                }
            }
        }
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body, string? key, string? ifMatch, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.Add("If-Match", ifMatch);
        request.Content = body switch
        {
            null => null,
            EventFile file => new StringContent(file.Text, System.Text.Encoding.UTF8, file.MediaType),
            _ => JsonContent.Create(body, body.GetType(), options: _json),
        };
        return await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<UsherException> Refusal(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        JsonElement problem = default;
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
            problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
        return new UsherException(response.StatusCode, problem, response.Headers.RetryAfter?.Delta);
    }

    /// <summary>Single flight: a concurrent call finds the renewed token, because a refresh token works once.</summary>
    private async Task Renew(string? stale, CancellationToken cancellationToken)
    {
        await _renewing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (AccessToken == stale && RefreshToken is { } refreshToken)
                await Refresh(new RefreshRequest { RefreshToken = refreshToken }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <summary>Waits as long as the server says, otherwise with exponential backoff and jitter.</summary>
    private static Task Pause(int attempt, TimeSpan? told, CancellationToken cancellationToken) =>
        Task.Delay(told ?? TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt) * (0.5 + Random.Shared.NextDouble())), cancellationToken);
}
