namespace Usher.Server.Platform.Http;

/// <summary>What is wrong with a request, by the path of the member. Of one member the first finding stands.</summary>
/// <param name="found">Already.</param>
/// <param name="most">How many are kept.</param>
internal sealed class Faults(IDictionary<string, string[]>? found = null, int most = Faults.Most)
{
    /// <summary>Whoever gets so many does not read them all.</summary>
    public const int Most = 50;

    private readonly Dictionary<string, string[]> _found = new(found ?? new Dictionary<string, string[]>(), StringComparer.Ordinal);
    private readonly HashSet<ProblemType> _types = found is { Count: > 0 } ? [Problems.ValidationFailed] : [];

    public IReadOnlyDictionary<string, string[]> Found => _found;

    /// <param name="type">The code of its own that this fault has, if it has one.</param>
    public void Add(string path, string message, ProblemType? type = null)
    {
        if (_found.Count < most && _found.TryAdd(path, [message]))
            _types.Add(type ?? Problems.ValidationFailed);
    }

    /// <summary>Null when nothing is wrong. A code of its own is answered only where it is all that is wrong.</summary>
    public Problem? ToProblem() =>
        _found.Count == 0 ? null
        : _types.Count > 1 ? new Problem(Problems.ValidationFailed) { Errors = _found }
        : new Problem(_types.Single(), _found.Count == 1 ? _found.Values.First()[0] : null) { Errors = _found };
}
