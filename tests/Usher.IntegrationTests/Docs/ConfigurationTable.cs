using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Usher.Server;

namespace Usher.IntegrationTests.Docs;

/// <summary>Every setting there is, read from the options of the program and what is written about them there.</summary>
internal static partial class ConfigurationTable
{
    private static readonly Assembly Program = typeof(CommandLine).Assembly;

    private static readonly Dictionary<string, XElement> Summaries = XDocument.Load(Path.ChangeExtension(Program.Location, ".xml")).Descendants("member")
        .Where(member => member.Element("summary") is not null).ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);

    /// <summary>Settings that are not a class: of the whole program, and the few of the framework that matter here.</summary>
    private static readonly Setting[] Others =
    [
        new("ConnectionStrings:Database", "a file in `DataDirectory`", "", "The connection string of the engine: `Host=…;Database=…;Username=…;Password=…` or `Data Source=…`."),
        new("ConnectionStrings:Redis", "none", "", "`host:port`. Cache and rate limits that processes share. Without it, each process has its own."),
        new("ConnectionStrings:RabbitMq", "none", "", "`amqp://user:password@host:5672/`. Carries messages between `serve` and `work`. Without it, the outbox does."),
        new("DataDirectory", "`./data`", "", "The folder for all local files: the SQLite database, the key that Development creates, mails without a mail server."),
        new("SecretsDirectory", "`$CREDENTIALS_DIRECTORY`, else `/run/secrets`", "", "A folder whose files are settings, with the names of environment variables (`ConnectionStrings__Database`)."),
        new("OTEL_EXPORTER_OTLP_ENDPOINT", "none", "", "The receiver of metrics and traces; [telemetry](telemetry.md) lists the other standard variables."),
        new("OTEL_SERVICE_NAME", "`usher`", "", "The service name of metrics and traces."),
        new("OTEL_SPAN_LINK_COUNT_LIMIT", "10000", "", "Links of a batch span; must exceed the bookings of a batch."),
        new("urls", "`http://127.0.0.1:5080`; `work`: `:5081`", "", "Listening addresses (`--urls`, `ASPNETCORE_URLS`). `ASPNETCORE_HTTP_PORTS` names a port on every address; the image uses it."),
        new("environment", "`Production`", "", "`--environment` or `ASPNETCORE_ENVIRONMENT`. `Development` creates a key and demo data; `dotnet run` sets it."),
        new("Logging:LogLevel:Default", "`Information`", "", "`Debug`, `Information`, `Warning` or `Error`. A category can have its own level, such as `Logging:LogLevel:Usher`."),
    ];

    private static readonly Setting[] All = [.. Others, .. Program.GetTypes().Select(type => (Type: type, Section: SectionOf(type))).Where(one => one.Section is not null)
        .OrderBy(one => one.Section, StringComparer.Ordinal).SelectMany(one => Of(one.Type, one.Section!))];

    public static IReadOnlySet<string> Keys { get; } = All.Select(setting => setting.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);

    public static string Text => string.Join('\n', ["| key | default | from – to | meaning |", "|---|---|---|---|", .. All.Select(setting => $"| `{setting.Key}` | {setting.Default} | {setting.Range} | {setting.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |")]);

    private static string? SectionOf(Type type) => type.GetField("Section")?.GetRawConstantValue() as string;

    private static IEnumerable<Setting> Of(Type type, string section)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(property => property.CanWrite).OrderBy(property => property.MetadataToken))
        {
            var key = $"{section}:{property.Name}";
            if (property.PropertyType is { IsClass: true, Assembly: var from } && from == Program)
                foreach (var setting in Of(property.PropertyType, key))
                    yield return setting;
            else
                yield return new(key, Show(property.GetValue(defaults)), RangeOf(property),
                    TextOf(Summaries.GetValueOrDefault($"P:{type.FullName}.{property.Name}") ?? throw new InvalidOperationException($"{key} has no summary: say in the code what it is.")));
        }
    }

    private static string RangeOf(PropertyInfo property) => property.GetCustomAttribute<RangeAttribute>() is { } range
        ? string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} – {range.Maximum}") : "";

    private static string Show(object? value) => value switch
    {
        null or "" or ICollection { Count: 0 } => "none",
        bool yes => yes ? "`true`" : "`false`",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    private static string TextOf(XElement summary) => Spaces().Replace(string.Concat(summary.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement see => $"`{(see.Attribute("cref") ?? see.Attribute("langword"))!.Value.Split('.')[^1]}`",
        _ => ((XText)node).Value.Replace("<", "&lt;", StringComparison.Ordinal),
    })), " ").Trim();

    private sealed record Setting(string Key, string Default, string Range, string Meaning);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
