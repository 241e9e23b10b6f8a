using Microsoft.Extensions.DependencyInjection;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.IntegrationTests.Jobs;

/// <summary>A program in which whoever wants the database is thrown one exception after another, until it is healed.</summary>
internal sealed class FaultyScopes(IServiceScopeFactory scopes, JobHealth jobs, IReadOnlyList<Exception> faults) : IServiceScopeFactory
{
    private volatile bool _isHealed = faults.Count == 0;
    private int _thrown;

    public bool HasThrownAll => Volatile.Read(ref _thrown) >= faults.Count;

    public void Heal() => _isHealed = true;

    public IServiceScope CreateScope() => new Scope(this, scopes.CreateScope());

    private sealed class Scope(FaultyScopes owner, IServiceScope inner) : IServiceScope, IServiceProvider
    {
        public IServiceProvider ServiceProvider => this;

        public object? GetService(Type serviceType) =>
            serviceType == typeof(JobHealth) ? owner.Jobs
            : serviceType == typeof(UsherDb) && !owner._isHealed ? throw owner.Next()
            : inner.ServiceProvider.GetService(serviceType);

        public void Dispose() => inner.Dispose();
    }

    private JobHealth Jobs => jobs;

    private Exception Next() => faults[(Interlocked.Increment(ref _thrown) - 1) % faults.Count];
}
