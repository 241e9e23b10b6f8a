using Microsoft.Extensions.DependencyInjection;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.IntegrationTests.Jobs;

/// <summary>
/// A program in which whoever wants the database is thrown one exception after another, or gets one that breaks under the work,
/// until it is healed.
/// </summary>
internal sealed class FaultyScopes(IServiceScopeFactory scopes, JobHealth jobs, IReadOnlyList<Exception> faults, BreakingDatabase? database = null) : IServiceScopeFactory
{
    private volatile bool _isHealed = faults.Count == 0 && database is null;
    private int _thrown;

    public bool HasThrownAll => Volatile.Read(ref _thrown) >= faults.Count && database is not { HasBrokenEverywhere: false };

    /// <summary>Whether anything was there to break: SQLite has the clock of its process, and reads it from nowhere.</summary>
    public bool HasBroken => _thrown > 0 || database is { Broken.IsEmpty: false };

    public void Heal() => _isHealed = true;

    public IServiceScope CreateScope() => new Scope(this, scopes.CreateScope());

    private sealed class Scope(FaultyScopes owner, IServiceScope inner) : IServiceScope, IServiceProvider
    {
        private UsherDb? _breaking;

        public IServiceProvider ServiceProvider => this;

        public object? GetService(Type serviceType) =>
            serviceType == typeof(JobHealth) ? owner.Jobs
            : serviceType == typeof(UsherDb) && !owner._isHealed ? owner.Database is { } breaking ? _breaking ??= breaking.Open() : throw owner.Next()
            : inner.ServiceProvider.GetService(serviceType);

        public void Dispose()
        {
            _breaking?.Dispose();
            inner.Dispose();
        }
    }

    private BreakingDatabase? Database => database;

    private JobHealth Jobs => jobs;

    private Exception Next() => faults[(Interlocked.Increment(ref _thrown) - 1) % faults.Count];
}
