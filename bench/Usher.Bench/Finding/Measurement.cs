using System.Diagnostics;
using System.Text.Json;
using Usher.Bench.Sale;

namespace Usher.Bench.Finding;

/// <summary>How long a question took over HTTP, one asker at a time.</summary>
internal sealed record Timing(string Name, string Page, double Median, double P99, string Slowest)
{
    public bool IsSearch => !Name.StartsWith("facets", StringComparison.Ordinal);
}

internal sealed class Measurement(int port, int requests) : IDisposable
{
    /// <summary>As many pages of a hundred a cursor is led into the list before it is measured: 20,000 rows.</summary>
    private const int Depth = 200;

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(60) };

    public async Task<List<Timing>> Of(Search search, CancellationToken cancellationToken)
    {
        var timings = new List<Timing> { await Time(search.Name, "1", search.Queries.Select(q => $"{search.Path}?{q}"), cancellationToken) };
        if (!search.Pages)
            return timings;
        timings.Add(await Time(search.Name, "100", search.Queries.Select(q => $"{search.Path}?{q}&page=100"), cancellationToken));
        if (await Deep($"{search.Path}?{search.Queries[0]}", cancellationToken) is { } deep)
            timings.Add(await Time(search.Name, "cursor", [deep], cancellationToken));
        return timings;
    }

    public async Task<string> Get(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new UnsoundException($"GET {path}: {(int)answer.StatusCode} {text}");
    }

    public void Dispose() => _http.Dispose();

    private async Task<Timing> Time(string name, string page, IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        string[] all = [.. paths];
        foreach (var path in all)
            await Get(path, cancellationToken);
        var taken = new List<(double Milliseconds, string Path)>();
        for (var i = 0; i < Math.Max(requests, all.Length); i++)
        {
            var path = all[i % all.Length];
            var since = Stopwatch.GetTimestamp();
            await Get(path, cancellationToken);
            taken.Add((Stopwatch.GetElapsedTime(since).TotalMilliseconds, path));
        }
        taken.Sort();
        return new Timing(name, page, taken[taken.Count / 2].Milliseconds, taken[(int)Math.Ceiling(taken.Count * 0.99) - 1].Milliseconds, taken[^1].Path);
    }

    /// <summary>The path of a page that lies deep in the list, or null where the sort has no cursor or the list no depth.</summary>
    private async Task<string?> Deep(string path, CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var page = 0; page < Depth; page++)
        {
            var answer = JsonDocument.Parse(await Get($"{path}&limit=100{(cursor is null ? "" : $"&cursor={cursor}")}", cancellationToken)).RootElement;
            if (answer.GetProperty("pagination").GetProperty("nextCursor").GetString() is not { } next)
                return cursor is null ? null : $"{path}&cursor={cursor}";
            cursor = next;
        }
        return $"{path}&cursor={cursor}";
    }
}
