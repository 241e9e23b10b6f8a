using System.Collections.Concurrent;

namespace Usher.Server.Platform.Messaging;

/// <summary>Which consumers there are, and which of them take a type.</summary>
internal sealed class Subscriptions
{
    private readonly ConcurrentDictionary<string, string[]> _byType = new();
    private readonly IServiceScopeFactory _scopes;

    public Subscriptions(IServiceScopeFactory scopes)
    {
        _scopes = scopes;
        using var scope = scopes.CreateScope();
        Consumers = [.. scope.ServiceProvider.GetServices<IConsumer>().Select(c => c.Name)];
        if (Consumers.Distinct(StringComparer.Ordinal).Count() < Consumers.Count)
            throw new InvalidOperationException($"Two consumers have the same name: {string.Join(", ", Consumers)}.");
    }

    public IReadOnlyList<string> Consumers { get; }

    public IReadOnlyList<string> TakersOf(string type) => _byType.GetOrAdd(type, t =>
    {
        using var scope = _scopes.CreateScope();
        return [.. scope.ServiceProvider.GetServices<IConsumer>().Where(c => c.Takes(t)).Select(c => c.Name)];
    });
}
