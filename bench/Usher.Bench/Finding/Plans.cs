using System.Text.RegularExpressions;

namespace Usher.Bench.Finding;

/// <summary>What PostgreSQL did for a request: its own log of every plan, with times and buffers.</summary>
internal sealed partial class Plans(string connectionString)
{
    public static readonly string[] Settings =
    [
        "session_preload_libraries=auto_explain", "logging_collector=on", "log_directory=log", "log_filename=plans.log", "log_line_prefix=",
        "auto_explain.log_analyze=on", "auto_explain.log_buffers=on",
    ];

    private string _file = "";

    public async Task Begin(CancellationToken cancellationToken)
    {
        _file = Path.Combine((await PostgresCatalogue.Rows(connectionString, "SHOW data_directory", cancellationToken))[0], "log", "plans.log");
        await Set("SET auto_explain.log_min_duration = 0", cancellationToken);
    }

    /// <summary>No plan is logged from now on. Whoever is measured while each row is timed is not measured.</summary>
    public Task End(CancellationToken cancellationToken) => Set("RESET auto_explain.log_min_duration", cancellationToken);

    private async Task Set(string change, CancellationToken cancellationToken)
    {
        await PostgresCatalogue.Run(connectionString, $"ALTER SYSTEM {change}", cancellationToken);
        await PostgresCatalogue.Run(connectionString, "SELECT pg_reload_conf()", cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
    }

    /// <summary>The plans of all statements that ran meanwhile.</summary>
    public async Task<string> Of(Func<Task> work, CancellationToken cancellationToken)
    {
        var before = new FileInfo(_file).Length;
        await work();
        // The collector writes what it is sent a moment later.
        await Task.Delay(TimeSpan.FromMilliseconds(150), cancellationToken);
        using var log = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(before, SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    public static bool ScansAllEvents(string plans) => SequentialScan().IsMatch(plans);

    [GeneratedRegex(@"Seq Scan on events\b")]
    private static partial Regex SequentialScan();
}
