using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Operations;

namespace Usher.IntegrationTests.Observability;

/// <summary>What is measured, and that whatever is watched is measured.</summary>
[Collection(nameof(Watched))]
public sealed partial class MetricsTests(Servers servers, Watched watched)
{
    [Theory, OnBothEngines]
    public async Task What_is_sold_held_refused_and_delivered_is_counted(Engine engine)
    {
        var stage = await watched.On(engine);
        var (before, show, buyer) = (await stage.Metrics(), await stage.Organizer.Announce(capacity: 10), await Person.Attendee(stage.Server));
        (await buyer.Book(show, 2, key: "k")).Expect(201);
        (await buyer.Book(show, 2, key: "k")).Expect(201);
        (await buyer.Book(show, 3, hold: true)).Expect(201);
        (await buyer.Book(show, 6)).Expect(409, "insufficient_availability");
        var given = (await buyer.Book(show)).Expect(201);
        (await buyer.Put($"api/bookings/{given["id"]}/cancel", null)).Expect(200);
        for (var i = 0; i < 15; i++)
            (await buyer.Patch("api/me", new { displayName = "A buyer" })).Expect(200);
        (await buyer.Patch("api/me", new { displayName = "A buyer" })).Expect(429, "rate_limited");
        for (var i = 0; i < 3; i++)
            (await buyer.Get("api/events")).Expect(200);

        var now = before;
        await Eventually.IsTrue(async () => (now = await stage.Metrics()).Sum("usher_outbox_waiting") == 0 && now.Sum("usher_outbox_age_seconds") == 0
            && Added("usher_messages_total", ("consumer", "mails"), ("result", "applied")) >= 3 && Added("usher_holds", ("state", "open")) == 1
            && Added("usher_mail_tries_total", ("result", "sent")) >= 3 && now.Sum("usher_verify_time_seconds") > 0 && now.Sum("usher_health", ("check", "database")) == 2);
        double Added(string name, params (string, string)[] labels) => (now.Sum(name, labels) ?? 0) - (before.Sum(name, labels) ?? 0);
        void Counts(double expected, string name, params (string, string)[] labels) =>
            Assert.True(Added(name, labels) == expected, $"{name} {string.Join(' ', labels)}: {Added(name, labels)}, not {expected}");
        Counts(2, "usher_bookings_total", ("command", "book"), ("outcome", "confirmed"));
        Counts(1, "usher_bookings_total", ("command", "book"), ("outcome", "replayed"));
        Counts(1, "usher_bookings_total", ("command", "book"), ("outcome", "pending"));
        Counts(1, "usher_bookings_total", ("command", "book"), ("outcome", "insufficient_availability"));
        Counts(1, "usher_bookings_total", ("command", "cancel"), ("outcome", "cancelled"));
        Counts(3, "usher_tickets_total", ("state", "confirmed"));
        Counts(3, "usher_tickets_total", ("state", "pending"));
        Counts(1, "usher_tickets_total", ("state", "cancelled"));
        Counts(6, "usher_batch_size_sum");
        Counts(6, "usher_batch_duration_seconds_count");
        Counts(6, "usher_queue_wait_seconds_count");
        Counts(1, "usher_guard_rejections_total", ("guard", "rate_limit"));
        Counts(1, "usher_refusals_total", ("code", "rate_limited"));
        Counts(1, "usher_refusals_total", ("code", "insufficient_availability"));
        Counts(3, "usher_cache_requests_total");
        Assert.Equal(0, now.Sum("usher_guard_rejections_total", ("guard", "database")));
        Assert.Equal(0, now.Sum("usher_verify_breaches", ("invariant", "I1")));
        Assert.Contains(now.Samples, s => s.Name == "http_server_request_duration_seconds_count" && s.Labels.GetValueOrDefault("http_route") == "/api/bookings");
    }

    [Theory, OnBothEngines]
    public async Task Whatever_the_dashboard_and_the_alerts_read_is_exported(Engine engine)
    {
        var stage = await watched.On(engine);
        (await stage.Buyer.Get("api/nothing")).Expect(404);
        // Kept for a second, which is soon over where much runs at once.
        await Eventually.IsTrue(async () =>
        {
            (await stage.Buyer.Get("api/events")).Expect(200);
            (await stage.Buyer.Get("api/events")).Expect(200);
            return (await stage.Metrics()).Samples.Any(s => s.Name == "usher_cache_requests_total" && s.Labels.GetValueOrDefault("result") == "hit");
        });
        await Eventually.IsTrue(async () => (await stage.Metrics()).Samples.Select(s => s.Name).Intersect(["usher_verify_time_seconds", "usher_health", "usher_holds", "usher_mail_owed", "usher_outbox_age_seconds"]).Count() == 5);
        var metrics = await stage.Metrics();
        var (read, expressions) = (new HashSet<string>(), 0);
        foreach (var (where, expression) in Expressions())
        {
            expressions++;
            foreach (var (metric, matchers) in PromQl.Reads(expression))
            {
                // Prometheus says this one itself; the pool of connections is PostgreSQL's.
                if (metric == "up" || (metric == "db_client_connection_count" && engine == Engine.Sqlite))
                    continue;
                read.Add(metric);
                var samples = metrics.Samples.Where(s => s.Name == metric).ToList();
                Assert.True(samples.Count > 0, $"{where} reads {metric}, which is not exported: {expression}");
                foreach (var (label, chooses, value) in matchers.Where(m => m.Label != "instance"))
                {
                    Assert.True(samples.Exists(s => s.Labels.ContainsKey(label)), $"{where}: {metric} has no label {label}.");
                    // What a guard or a result is called is told from the start; a status or an outcome only once there is one.
                    if (label is "guard" or "result" or "command" or "http_route" && chooses is "=" or "=~")
                        foreach (var one in value.Split('|'))
                            Assert.True(samples.Exists(s => s.Labels.GetValueOrDefault(label) == one), $"{where}: {metric} has no {label} {one}.");
                }
            }
        }
        Assert.True(expressions > 40 && read.Count > 25, $"Only {read.Count} metrics in {expressions} expressions.");
    }

    /// <summary>What Prometheus itself asks with. By another form of the page its series would have other names than the dashboards and alerts read.</summary>
    [Theory, OnBothEngines]
    public async Task Prometheus_reads_the_names_that_everybody_else_reads(Engine engine)
    {
        var stage = await watched.On(engine);
        foreach (var accept in (string[])[
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            "application/openmetrics-text"])
        {
            var page = (await new Person(stage.Server).Get("metrics", ("Accept", accept))).Expect(200);
            var (asked, plain) = (new MetricsText(page.Text), await stage.Metrics());
            Assert.Equal(Names(plain), Names(asked));
            Assert.DoesNotContain(asked.Samples, s => s.Name.EndsWith("_total_total", StringComparison.Ordinal) || s.Name.EndsWith("_created", StringComparison.Ordinal));
            Assert.DoesNotContain(asked.Samples.GroupBy(s => $"{s.Name} {string.Join(',', s.Labels.OrderBy(l => l.Key).Select(l => $"{l.Key}={l.Value}"))}"), same => same.Count() > 1);
        }

        static SortedSet<string> Names(MetricsText text) => new(text.Samples.Select(s => s.Name).Where(name => name.StartsWith("usher_", StringComparison.Ordinal) || name.StartsWith("http_", StringComparison.Ordinal)), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Every_alert_says_who_is_woken_and_what_to_do()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("deploy/prometheus/alerts.yml"));
        var guide = await File.ReadAllTextAsync(Repository.PathOf("docs/run/telemetry.md"));
        var alerts = Alert().Matches(text);
        Assert.True(alerts.Count >= 12);
        foreach (Match alert in alerts)
        {
            var (name, body) = (alert.Groups[1].Value, alert.Groups[2].Value);
            Assert.Matches("severity: (page|ticket)", body);
            Assert.Contains($"docs/run/telemetry.md#{name.ToLowerInvariant()}", body, StringComparison.Ordinal);
            Assert.Contains($"### {name}\n", guide, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_metric_of_ours_is_in_the_guide_with_its_kind_its_unit_and_its_meaning()
    {
        var guide = await File.ReadAllTextAsync(Repository.PathOf("docs/run/telemetry.md"));
        var written = MetricRow().Matches(guide).Select(row => string.Join(" | ", row.Groups.Values.Skip(1).Select(cell => cell.Value))).Order(StringComparer.Ordinal);
        Assert.Equal(Instruments().Select(i => $"{i.Name} | {KindOf(i)} | {i.Unit} | {i.Description}").Order(StringComparer.Ordinal), written);
    }

    [Theory, OnBothEngines]
    public async Task Every_metric_of_ours_comes_out_of_a_running_server(Engine engine)
    {
        var stage = await watched.On(engine);
        (await stage.Buyer.Get("api/events")).Expect(200);
        (await stage.Buyer.Get("api/nothing")).Expect(404);
        List<string> missing = [];
        await Eventually.IsTrue(async () =>
        {
            var exported = (await stage.Metrics()).Samples.Select(s => s.Name).ToHashSet();
            missing = [.. Instruments().Select(i => i.Name.Replace('.', '_')).Where(name => !exported.Any(e => e.StartsWith(name, StringComparison.Ordinal)))];
            return missing.Count == 0;
        });
        Assert.Empty(missing);
    }

    [Theory, OnBothEngines]
    public async Task A_broken_promise_shows_and_one_that_was_put_right_does_not(Engine engine)
    {
        var stage = await watched.On(engine);
        await Breaks("I1", false);
        await stage.Server.Database.Run("UPDATE ticket_stock SET sold = sold + 1");
        await Breaks("I1", true);
        Assert.Contains(stage.Server.Output, line => line.Contains("\"@l\":\"Fatal\"", StringComparison.Ordinal) && line.Contains("\"Invariant\":\"I1\"", StringComparison.Ordinal));
        await stage.Server.Database.Run("UPDATE ticket_stock SET sold = sold - 1");
        await Breaks("I1", false);

        Task Breaks(string invariant, bool broken) => Eventually.IsTrue(async () => (await stage.Metrics()).Sum("usher_verify_breaches", ("invariant", invariant)) > 0 == broken);
    }

    [Fact]
    public async Task Of_two_processes_that_work_one_verifies()
    {
        var stage = await watched.On(Engine.Postgres);
        await using var other = await ServerProcess.Start(stage.Server.Database, ["work"],
            ("Metrics:AllowedNetworks", "127.0.0.1"), ("Metrics:EverySeconds", "0.2"), ("Verify:EveryMinutes", "0.005"));
        // By then it has had its turn several times.
        await Eventually.IsTrue(async () => await Reads(other, "usher_outbox_age_seconds") == 0);
        await Task.Delay(1500);
        Assert.Null(await Reads(other, "usher_verify_time_seconds"));
        Assert.NotNull(await Reads(stage.Server, "usher_verify_time_seconds"));

        static async Task<double?> Reads(UsherServer server, string name) => new MetricsText((await new Person(server).Get("metrics")).Expect(200).Text).Sum(name);
    }

    [Fact]
    public async Task Nobody_reads_metrics_in_Production_who_was_not_let_in()
    {
        await using var server = await StartTests.StartInProduction(servers, ("Metrics:Token", "a-long-and-secret-token"));
        var stranger = new Person(server);
        (await stranger.Get("metrics")).Expect(404, "not_found");
        (await stranger.Get("metrics", ("Authorization", "Bearer a-long-and-secret-tokem"))).Expect(404, "not_found");
        Assert.Contains("usher_queue_length", (await stranger.Get("metrics", ("Authorization", "Bearer a-long-and-secret-token"))).Expect(200).Text, StringComparison.Ordinal);
        foreach (var spelled in (string[])["METRICS", "Metrics", "metrics/", "%6detrics/x"])
            (await stranger.Get(spelled, ("Authorization", "Bearer a-long-and-secret-token"))).Expect(404, "not_found");
        (await stranger.Post("metrics", null, ("Authorization", "Bearer a-long-and-secret-token"))).Expect(404, "not_found");
    }

    /// <summary>Those of the server, whichever class they stand in.</summary>
    private static List<Instrument> Instruments()
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => found.Add(instrument) };
        listener.Start();
        foreach (var type in typeof(Usher.Server.Platform.Observability.Telemetry).Assembly.GetTypes().Where(t => !t.ContainsGenericParameters && t.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .Any(f => typeof(Instrument).IsAssignableFrom(f.FieldType) || f.FieldType == typeof(Usher.Server.Platform.Observability.Figure))))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        found.RemoveAll(i => i.Meter.Name != Usher.Server.Platform.Observability.Telemetry.Name);
        Assert.True(found.Count > 15, $"Only {found.Count} instruments were found.");
        return found;
    }

    private static string KindOf(Instrument instrument) =>
        instrument.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal).ToLowerInvariant();

    private static IEnumerable<(string Where, string Expression)> Expressions()
    {
        foreach (Match rule in Rule().Matches(File.ReadAllText(Repository.PathOf("deploy/prometheus/alerts.yml"))))
            yield return ("alerts.yml", rule.Groups[1].Value);
        var dashboard = JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy/grafana/usher.json")))!;
        foreach (var variable in dashboard["templating"]!["list"]!.AsArray().Where(v => v!["type"]!.GetValue<string>() == "query"))
            yield return ($"Variable {variable!["name"]}", LabelValues().Match(variable["definition"]!.GetValue<string>()).Groups[1].Value);
        foreach (var panel in dashboard["panels"]!.AsArray())
            foreach (var target in panel!["targets"]?.AsArray() ?? [])
                yield return ($"Panel {panel["title"]}", target!["expr"]!.GetValue<string>());
    }

    [GeneratedRegex(@"^label_values\((\w+), \w+\)$")]
    private static partial Regex LabelValues();

    /// <summary>The expression of an alert, on its line or in the block below it.</summary>
    [GeneratedRegex(@"^ +expr: (?:\|\n)?((?:.+\n)(?:^ {10,}.+\n)*)", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex(@"- alert: (\w+)\n((?:(?! +- alert: ).*\n)*)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"^\| `(usher\.[a-z._]+)` \| (\w+) \| (\S+) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex MetricRow();
}
