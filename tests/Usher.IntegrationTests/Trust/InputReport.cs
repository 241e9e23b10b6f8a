using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Trust;

/// <summary>What was asked and answered how often, and what was found.</summary>
/// <param name="tell">Is told of a finding at once: a long run may be watched.</param>
internal sealed class InputReport(Action<string> tell)
{
    private readonly ConcurrentDictionary<(string Operation, int Status), int> _answers = new();
    private readonly ConcurrentDictionary<Engine, int> _requests = new();
    private readonly ConcurrentQueue<string> _findings = new();

    public IReadOnlyCollection<string> Findings => _findings;

    public int RequestsTo(Engine engine) => _requests.GetValueOrDefault(engine);

    public void Count(Engine engine, string operation, int status)
    {
        _requests.AddOrUpdate(engine, 1, (_, requests) => requests + 1);
        _answers.AddOrUpdate((operation, status), 1, (_, answers) => answers + 1);
    }

    public void Find(string what)
    {
        _findings.Enqueue(what);
        tell(what);
    }

    public IEnumerable<string> OperationsThatNeverSucceeded => _answers.Keys.Where(k => k.Operation != "other methods").GroupBy(k => k.Operation).Where(g => !g.Any(k => k.Status is >= 200 and < 300)).Select(g => g.Key);

    public string ToTable()
    {
        var table = new StringBuilder("| operation | requests | answers |\n|---|--:|---|\n");
        foreach (var operation in _answers.GroupBy(a => a.Key.Operation).OrderBy(g => g.Key, StringComparer.Ordinal))
            table.Append(CultureInfo.InvariantCulture, $"| {operation.Key} | {operation.Sum(a => a.Value):N0} | {string.Join(", ", operation.OrderBy(a => a.Key.Status).Select(a => $"{a.Key.Status}: {a.Value.ToString("N0", CultureInfo.InvariantCulture)}"))} |\n");
        return table.ToString();
    }

    /// <summary>A page for the documents.</summary>
    public string ToPage(string seeds, int texts, TimeSpan took) => string.Create(CultureInfo.InvariantCulture, $"""
        # Invalid and hostile input

        The test sends requests to every operation of the OpenAPI document: valid ones; valid ones with each member, parameter,
        header and id made wrong, unusual or extreme; naughty strings; other methods; other content types; broken JSON; and import
        files. A server on SQLite and one on PostgreSQL get the same requests. Each of the following is a finding: a 5xx; a status,
        content type, header or body that the document does not describe; a response that differs between the two; a trace of a
        refused request; shown or stored data that differs from the sent data; a server-owned member that a client has set; a
        deleted resource that reappears; a response that takes ten seconds.

        - machine: {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, .NET {Environment.Version}
        - day: {TimeProvider.System.GetUtcNow():yyyy-MM-dd}
        - command: `./build.sh input {seeds}`, which sends {texts} naughty strings for each text
        - requests: {RequestsTo(Engine.Sqlite):N0} to SQLite, {RequestsTo(Engine.Postgres):N0} to PostgreSQL, in {took.TotalMinutes:0.0} min
        - findings: {Findings.Count}


        """) + ToTable();
}
