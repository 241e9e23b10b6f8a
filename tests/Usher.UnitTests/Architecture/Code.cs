using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Loader;
using Usher.Domain;
using Assembly = System.Reflection.Assembly;
using Attribute = System.Attribute;
using Type = System.Type;

namespace Usher.UnitTests.Architecture;

/// <summary>Where a rule looks: at our code, at the violations planted in this assembly, or where there is nothing.</summary>
internal sealed record Place(string Domain, string Server)
{
    public static readonly Place Ours = new("Usher.Domain", "Usher.Server");
    public static readonly Place Planted = new("Usher.UnitTests.Architecture.Planted.Domain", "Usher.UnitTests.Architecture.Planted");
    public static readonly Place Nowhere = new("Usher.Nowhere.Domain", "Usher.Nowhere");

    public string Platform => Server + ".Platform";
    public string Features => Server + ".Features";
}

internal sealed record Breach(string Type, string Why);

internal sealed record Verdict(int Looked, IReadOnlyList<Breach> Breaches);

/// <summary>Says which rule a planted type breaks.</summary>
[AttributeUsage(AttributeTargets.All)]
internal sealed class BreaksAttribute(string rule) : Attribute
{
    public string Rule { get; } = rule;
}

/// <summary>Our assemblies and this one: as they are compiled, bodies included, and by reflection.</summary>
internal static class Code
{
    private static readonly Assembly[] Assemblies = [typeof(Currency).Assembly, typeof(Program).Assembly, typeof(Code).Assembly];

    private static readonly ArchUnitNET.Domain.Architecture Compiled = new ArchLoader().LoadAssemblies(Assemblies).Build();

    public static IReadOnlyList<IType> In(params string[] namespaces) =>
        [.. Compiled.Types.Where(t => !t.IsCompilerGenerated && namespaces.Any(n => IsIn(n, t.Namespace?.FullName)))];

    public static IReadOnlyList<Type> TypesIn(params string[] namespaces) =>
        [.. Assemblies.SelectMany(a => a.GetTypes()).Where(t => !t.Name.Contains('<') && namespaces.Any(n => IsIn(n, t.Namespace)))];

    public static bool IsIn(string root, string? name) =>
        name is not null && name.StartsWith(root, StringComparison.Ordinal) && (name.Length == root.Length || name[root.Length] == '.');

    /// <summary>Every type that its members, bodies, attributes and type arguments name.</summary>
    public static IEnumerable<IType> Uses(IType type) =>
        type.Dependencies.SelectMany(d => d.TargetGenericArguments.SelectMany(Flatten).Prepend(d.Target)).Where(t => t is not GenericParameter).Distinct();

    public static IEnumerable<string> Calls(IType type) =>
        type.Dependencies.OfType<IMemberMemberDependency>().Select(d => $"{d.Target.FullName}.{Signature(d.TargetMember)}").Distinct();

    private static IEnumerable<IType> Flatten(GenericArgument argument) => argument.GenericArguments.SelectMany(Flatten).Prepend(argument.Type);

    private static string Signature(IMember member) => member.FullName[(member.FullName.LastIndexOf("::", StringComparison.Ordinal) + 2)..];

    public static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetNestedTypes(BindingFlags.NonPublic | BindingFlags.Public).Where(t => t.Name.Contains('<')).SelectMany(Methods)
            .Concat(type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic));
}
