using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Usher.IntegrationTests.Harness;

public enum Engine { Sqlite, Postgres }

/// <summary>Every behaviour holds on both engines: the test is run once on each.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnBothEnginesAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([new TheoryDataRow(Engine.Sqlite), new TheoryDataRow(Engine.Postgres)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
