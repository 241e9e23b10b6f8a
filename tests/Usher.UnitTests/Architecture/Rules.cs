using System.Reflection;
using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Jobs;

namespace Usher.UnitTests.Architecture;

internal static partial class Rules
{
    public static readonly Dictionary<string, Func<Place, Verdict>> All = new()
    {
        [nameof(The_domain_names_nothing_but_values)] = The_domain_names_nothing_but_values,
        [nameof(The_domain_reads_no_clock)] = The_domain_reads_no_clock,
        [nameof(The_domain_does_not_know_the_server)] = The_domain_does_not_know_the_server,
        [nameof(The_platform_depends_on_no_feature)] = The_platform_depends_on_no_feature,
        [nameof(Features_meet_only_by_contract)] = Features_meet_only_by_contract,
        [nameof(A_room_uses_only_floors_below)] = A_room_uses_only_floors_below,
        [nameof(No_name_hides_what_a_type_does)] = No_name_hides_what_a_type_does,
        [nameof(An_interface_has_two_implementations)] = An_interface_has_two_implementations,
        [nameof(A_request_is_a_public_sealed_record_with_a_name_of_its_own)] = A_request_is_a_public_sealed_record_with_a_name_of_its_own,
        [nameof(Only_the_engines_and_the_ledgers_speak_to_a_driver)] = Only_the_engines_and_the_ledgers_speak_to_a_driver,
        [nameof(Background_work_has_a_supervisor)] = Background_work_has_a_supervisor,
        [nameof(Whatever_is_hosted_or_loops_has_a_supervisor)] = Whatever_is_hosted_or_loops_has_a_supervisor,
        [nameof(No_line_of_the_log_names_what_its_writer_names)] = No_line_of_the_log_names_what_its_writer_names,
        [nameof(Every_migration_is_made_for_both_engines)] = Every_migration_is_made_for_both_engines,
    };

    /// <summary>
    /// The house from the ground up. A room may use every room on the floors below its own, and no other: two on one floor do not
    /// know each other. Whatever is new gets its place here, or the build fails.
    /// </summary>
    public static readonly string[][] Floors =
    [
        ["Platform"],
        ["Platform.Observability"],
        ["Platform.Persistence"],
        ["Platform.Jobs", "Platform.Http"],
        ["Platform.Messaging", "Platform.Security", "Platform.Privacy", "Platform.Caching"],
        ["Platform.Limits"],
        ["Platform.OpenApi"],
        ["Platform.Operations"],
        ["Features.Accounts", "Features.Catalog", "Features.Payments"],
        ["Features.BoxOffice", "Features.Reports", "Features.Audit"],
        ["Features.Notifications", "Features.Demo"],
    ];

    /// <summary>What other features may use of one although it is not in its Contract.</summary>
    public static readonly Dictionary<string, string> OpenDoors = new()
    {
        ["BoxOffice.Selling.BoxOffice"] = "It is the one door to the stock, and its own feature is built around it.",
        ["BoxOffice.Selling.Answer"] = "What is heard at that door.",
    };

    /// <summary>Features that may use all of the others below them, and why.</summary>
    private static readonly Dictionary<string, string> Players = new()
    {
        ["Demo"] = "It plays organizers, and makes what they would make by the same rules.",
    };

    /// <summary>Interfaces with one implementation of ours or none, and why.</summary>
    private static readonly Dictionary<string, string> Seams = new()
    {
        ["IConsumer"] = "Whatever follows from a sale is one; the messages do not know which there are.",
    };

    /// <summary>What is started with the program, or goes round by itself, without a supervisor, and why none is missing.</summary>
    private static readonly Dictionary<string, string> Unsupervised = new()
    {
        ["RunLanes"] = "Its lanes catch whatever breaks a batch; one that ended is unhealthy.",
        ["RedisAnswers"] = "It only begins to listen. What is heard is called by the client, which goes on whatever is thrown.",
        ["GracefulShutdown"] = "It waits once, when the program ends.",
        ["MissingZones"] = "It looks once, at the start.",
        ["DemoSeed"] = "It runs once, at the start, and the program does not start without it.",
        ["AvailabilityFeeds"] = "Each look catches what breaks it, and tells JobHealth.",
    };

    private static readonly string[] TheWorld = ["System.IO", "System.Net", "System.Threading", "System.Data", "Microsoft", "Npgsql"];

    public static Verdict The_domain_names_nothing_but_values(Place place) => Look(Code.In(place.Domain), type =>
        Code.Uses(type)
            .Where(used => TheWorld.Any(n => Code.IsIn(n, used.Namespace?.FullName))
                || used.FullName is "System.Console" or "System.TimeProvider" or "System.Random" or "System.Diagnostics.Stopwatch" or "System.Diagnostics.Process")
            .Select(used => $"uses {used.FullName}"));

    public static Verdict The_domain_reads_no_clock(Place place) => Look(Code.In(place.Domain), type =>
        Code.Calls(type).Where(call => ReadsAClock().IsMatch(call)).Select(call => $"calls {call}"));

    public static Verdict The_domain_does_not_know_the_server(Place place) => Look(Code.In(place.Domain), type =>
        Code.Uses(type).Where(used => Code.IsIn(place.Platform, used.Namespace.FullName) || Code.IsIn(place.Features, used.Namespace.FullName))
            .Select(used => $"uses {used.FullName}"));

    public static Verdict The_platform_depends_on_no_feature(Place place) => Look(Code.In(place.Platform), type =>
        Code.Uses(type).Where(used => Code.IsIn(place.Features, used.Namespace?.FullName)).Select(used => $"uses {used.FullName}"));

    public static Verdict Features_meet_only_by_contract(Place place) => Look(Code.In(place.Features), type =>
        from used in Code.Uses(type)
        let other = FeatureOf(place, used)
        let own = FeatureOf(place, type)
        where other is not null && other != own && !Players.ContainsKey(own!)
            && !Code.IsIn($"{place.Features}.{other}.Contract", used.Namespace.FullName)
            && !OpenDoors.Keys.Any(door => IsOrIsInside($"{place.Features}.{door}", used.FullName))
        select $"uses {used.FullName}");

    public static Verdict A_room_uses_only_floors_below(Place place) => Look(Code.In(place.Platform, place.Features), type =>
        from used in Code.Uses(type)
        let own = RoomOf(place, type.Namespace?.FullName)
        let other = RoomOf(place, used.Namespace?.FullName)
        where other != own && FloorOf(own) is var floor && FloorOf(other) is >= 0 and var below && floor >= 0 && below >= floor
        select $"of {own} uses {used.FullName} of {other}");

    public static Verdict No_name_hides_what_a_type_does(Place place) => Look(Code.In(place.Domain, place.Server), type =>
        NameForAnything().IsMatch(type.Name) ? [$"is named {type.Name}"] : []);

    public static Verdict An_interface_has_two_implementations(Place place)
    {
        var types = Code.TypesIn(place.Domain, place.Server);
        return Look(types.Where(t => t.IsInterface), type =>
        {
            var implementations = types.Count(t => t is { IsInterface: false, IsAbstract: false } && t.GetInterfaces().Any(i => Definition(i) == type));
            return implementations < 2 && !Seams.ContainsKey(type.Name) ? [$"has {implementations} implementations"] : [];
        });
    }

    public static Verdict A_request_is_a_public_sealed_record_with_a_name_of_its_own(Place place)
    {
        var types = Code.TypesIn(place.Server);
        var bodies = types.SelectMany(Code.Methods).SelectMany(m => m.GetParameters()).Select(p => p.ParameterType)
            .Where(t => Definition(t) == typeof(Body<>) || Definition(t) == typeof(RawBody<>)).Select(t => t.GetGenericArguments()[0]).Where(t => !t.IsGenericParameter);
        var requests = bodies.Aggregate(new HashSet<Type>(), (seen, body) => Reach(body, place, seen));
        return Look(requests, type => Faults(type));

        IEnumerable<string> Faults(Type type)
        {
            if (!type.IsVisible)
                yield return "is not public: its validation is skipped";
            if (type.IsClass && (!type.IsSealed || type.GetMethod("<Clone>$") is null))
                yield return "is no sealed record";
            if (types.FirstOrDefault(t => t != type && t.Name == type.Name && t.IsVisible) is { } namesake)
                yield return $"has the name of {namesake.FullName}: the document shows one schema for both";
        }
    }

    public static Verdict Only_the_engines_and_the_ledgers_speak_to_a_driver(Place place)
    {
        var allowed = new[] { place.Platform + ".Persistence.Sqlite", place.Platform + ".Persistence.Postgres", place.Platform + ".Persistence.Backup", place.Features + ".BoxOffice.Selling" };
        return Look(Code.In(place.Server), type => allowed.Any(a => Code.IsIn(a, type.Namespace.FullName))
            ? []
            : Code.Uses(type).Where(used => IsDriver().IsMatch(used.Assembly.FullName)).Select(used => $"uses {used.FullName}"));
    }

    /// <summary>What breaks out of a bare one ends it, and with the framework's default the whole program.</summary>
    public static Verdict Background_work_has_a_supervisor(Place place) => Look(
        Code.TypesIn(place.Server).Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(BackgroundService))),
        type => type.IsSubclassOf(typeof(RepeatedWork)) || type.IsSubclassOf(typeof(SupervisedWork)) ? [] : ["is neither repeated nor supervised work"]);

    /// <summary>A hosted service that is no background service, and a loop with a timer of its own: nobody else would catch what breaks them.</summary>
    public static Verdict Whatever_is_hosted_or_loops_has_a_supervisor(Place place) => Look(
        Code.TypesIn(place.Server).Where(type => !type.IsInterface && !type.IsAssignableTo(typeof(BackgroundService)) && (type.IsAssignableTo(typeof(IHostedService)) || HasTimer(type))),
        type => Unsupervised.ContainsKey(type.Name) ? [] : ["is hosted or has a timer, and has no supervisor"]);

    /// <summary>Serilog puts these to each line itself, in the place of ours.</summary>
    public static Verdict No_line_of_the_log_names_what_its_writer_names(Place place) => Look(
        Code.TypesIn(place.Server).Where(type => Messages(type).Any()),
        type => Messages(type).Where(message => message.Contains("{EventId}", StringComparison.Ordinal) || message.Contains("{SourceContext}", StringComparison.Ordinal))
            .Select(message => $"says \"{message}\""));

    public static Verdict Every_migration_is_made_for_both_engines(Place place)
    {
        var (sqlite, postgres) = (Migrations("Sqlite"), Migrations("Postgres"));
        if (sqlite.Count == 0 || postgres.Count == 0)
            return new(0, []);
        // Each at its place: the same names in another order are another history.
        return Look(sqlite.Concat(postgres), type =>
        {
            var (own, other) = sqlite.Contains(type) ? (sqlite, postgres) : (postgres, sqlite);
            var at = own.IndexOf(type);
            return at < other.Count && other[at].Name == type.Name ? [] : ["has no counterpart for the other engine"];
        });

        List<Type> Migrations(string engine) =>
            [.. Code.TypesIn($"{place.Platform}.Persistence.{engine}.Migrations").Where(t => t.IsSubclassOf(typeof(Migration)))
                .OrderBy(t => t.GetCustomAttribute<MigrationAttribute>()!.Id, StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"^System\.(DateTime|DateTimeOffset)\.get_(Now|UtcNow|Today)\(|^System\.Guid\.(NewGuid|CreateVersion7)\(\)|^System\.TimeZoneInfo\.get_Local\(|^System\.Environment\.get_TickCount")]
    private static partial Regex ReadsAClock();

    [GeneratedRegex("(Repository|Service|Manager|Helpers?|Utils?|Utilities|Utility|Mapper|Mediator)(`[0-9]+)?$")]
    private static partial Regex NameForAnything();

    [GeneratedRegex(@"^(Npgsql|Microsoft\.Data\.Sqlite|Microsoft\.EntityFrameworkCore\.Sqlite|SQLitePCL)")]
    private static partial Regex IsDriver();

    private static Verdict Look(IEnumerable<IType> selection, Func<IType, IEnumerable<string>> breaches) =>
        Look(selection, t => t.FullName, breaches);

    private static Verdict Look(IEnumerable<Type> selection, Func<Type, IEnumerable<string>> breaches) =>
        Look(selection, t => t.FullName!, breaches);

    private static Verdict Look<T>(IEnumerable<T> selection, Func<T, string> name, Func<T, IEnumerable<string>> breaches)
    {
        var selected = selection.ToList();
        return new(selected.Count, [.. selected.SelectMany(t => breaches(t).Select(why => new Breach(name(t), why)))]);
    }

    /// <summary>The folder below Platform or Features that a namespace is in; null when it is in neither.</summary>
    public static string? RoomOf(Place place, string? name) =>
        !Code.IsIn(place.Platform, name) && !Code.IsIn(place.Features, name) ? null : string.Join('.', name![(place.Server.Length + 1)..].Split('.').Take(2));

    private static int FloorOf(string? room) => Array.FindIndex(Floors, floor => floor.Contains(room));

    private static string? FeatureOf(Place place, IType type) =>
        type.Namespace?.FullName is { } name && Code.IsIn(place.Features, name) && name.Length > place.Features.Length
            ? name[(place.Features.Length + 1)..].Split('.')[0]
            : null;

    private static bool IsOrIsInside(string door, string type) =>
        type.StartsWith(door, StringComparison.Ordinal) && (type.Length == door.Length || type[door.Length] == '+');

    private static IEnumerable<string> Messages(Type type) => Code.Methods(type).Select(m => m.GetCustomAttribute<LoggerMessageAttribute>()?.Message).OfType<string>();

    /// <summary>In a field, or in what the compiler makes of a method that waits for it.</summary>
    private static bool HasTimer(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Any(f => f.FieldType == typeof(PeriodicTimer) || f.FieldType.IsAssignableTo(typeof(ITimer)))
        || type.GetNestedTypes(BindingFlags.NonPublic).Any(inner => inner.Name.Contains('<') && HasTimer(inner));

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    /// <summary>The request and all of ours that can stand inside it.</summary>
    private static HashSet<Type> Reach(Type type, Place place, HashSet<Type> seen)
    {
        foreach (var inner in type.HasElementType ? [type.GetElementType()!] : type.GetGenericArguments())
            Reach(inner, place, seen);
        if (!type.HasElementType && Code.IsIn(place.Server, type.Namespace) && seen.Add(type))
            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
                Reach(property.PropertyType, place, seen);
        return seen;
    }
}
