using System.Reflection;
using Usher.Domain;
using Xunit;

namespace Usher.UnitTests.Architecture;

public class RuleTests
{
    private const int LongestFile = 300;

    public static TheoryData<string> EveryRule => [.. Rules.All.Keys];

    [Theory]
    [MemberData(nameof(EveryRule))]
    public void A_rule_holds_in_our_code(string rule) => Holds(Rules.All[rule](Place.Ours));

    [Theory]
    [MemberData(nameof(EveryRule))]
    public void A_rule_catches_what_is_planted_against_it_and_nothing_else(string rule)
    {
        var planted = typeof(RuleTests).Assembly.GetTypes().Where(t => t.GetCustomAttributes<BreaksAttribute>().Any(b => b.Rule == rule)).Select(t => t.FullName!);
        var caught = Rules.All[rule](Place.Planted).Breaches.Select(b => b.Type).Distinct();
        Assert.NotEmpty(planted);
        Assert.Equal(planted.Order(), caught.Order());
    }

    [Theory]
    [MemberData(nameof(EveryRule))]
    public void A_rule_that_looks_at_nothing_fails(string rule) =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Holds(Rules.All[rule](Place.Nowhere)));

    [Fact]
    public void Every_open_door_is_one_that_somebody_uses()
    {
        foreach (var door in Rules.OpenDoors.Keys)
        {
            var owner = $"{Place.Ours.Features}.{door.Split('.')[0]}";
            Assert.Contains(Code.In(Place.Ours.Features), type =>
                !Code.IsIn(owner, type.Namespace.FullName) && Code.Uses(type).Any(used => used.FullName == $"{Place.Ours.Features}.{door}"));
        }
    }

    [Fact]
    public void Every_room_has_its_floor()
    {
        var rooms = Code.In(Place.Ours.Platform, Place.Ours.Features).Select(type => Rules.RoomOf(Place.Ours, type.Namespace?.FullName)).Distinct();
        Assert.Equal(Rules.Floors.SelectMany(floor => floor).Order(StringComparer.Ordinal), rooms.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_domain_stands_on_the_base_class_library_alone()
    {
        Assert.NotEmpty(typeof(Currency).Assembly.GetReferencedAssemblies());
        Assert.Empty(Foreign(typeof(Currency).Assembly));
        // ASP.NET Core ships with the SDK, but not as part of the base class library.
        Assert.Contains("Microsoft.AspNetCore.Routing", Foreign(typeof(Program).Assembly));
        Assert.Contains("Npgsql", Foreign(typeof(Program).Assembly));
    }

    [Fact]
    public void No_file_is_longer_than_three_hundred_lines()
    {
        var source = Path.Combine(Texts.Repository(), "src");
        var files = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories).Select(f => (Path.GetRelativePath(source, f), File.ReadLines(f))).ToList();
        Assert.NotEmpty(files);
        Assert.Empty(TooLong(files));
    }

    [Fact]
    public void A_file_of_one_line_more_is_caught_unless_it_is_generated()
    {
        var (just, more) = (Enumerable.Repeat("", LongestFile), Enumerable.Repeat("", LongestFile + 1));
        var migration = Path.Combine("Persistence", "Sqlite", "Migrations", "1_Initial.cs");
        var generated = Path.Combine("Usher.Server", "obj", "Generated.cs");
        Assert.Equal(["Long.cs"], TooLong([("Short.cs", just), ("Long.cs", more), (migration, more), (generated, more)]));
    }

    private static void Holds(Verdict verdict)
    {
        Assert.True(verdict.Looked > 0, "The rule looks at nothing.");
        Assert.Empty(verdict.Breaches);
    }

    private static IEnumerable<string> Foreign(Assembly assembly)
    {
        var library = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(name => !File.Exists(Path.Combine(library, name + ".dll")));
    }

    private static IEnumerable<string> TooLong(IEnumerable<(string Path, IEnumerable<string> Lines)> files) =>
        files.Where(f => !f.Path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "Migrations" or "obj" or "bin") && f.Lines.Count() > LongestFile)
            .Select(f => f.Path);
}
