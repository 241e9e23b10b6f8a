namespace Usher.Server.Platform.Http;

/// <summary>Errors of a request by the path of the member. The first error of a member counts.</summary>
/// <param name="found">Errors found before.</param>
/// <param name="most">Largest number of errors to store.</param>
internal sealed class Faults(IDictionary<string, string[]>? found = null, int most = Faults.Most)
{
    /// <summary>More errors would not be read anyway.</summary>
    public const int Most = 50;

    private readonly Dictionary<string, string[]> _found = new(found ?? new Dictionary<string, string[]>(), StringComparer.Ordinal);
    private readonly HashSet<ProblemType> _types = found is { Count: > 0 } ? [Problems.ValidationFailed] : [];

    public IReadOnlyDictionary<string, string[]> Found => _found;

    /// <param name="type">The specific code of this error, if it has one.</param>
    public void Add(string path, string message, ProblemType? type = null)
    {
        if (_found.Count < most && _found.TryAdd(path, [message]))
            _types.Add(type ?? Problems.ValidationFailed);
    }

    /// <summary>Null without errors. A specific code is used only if it is the only error.</summary>
    public Problem? ToProblem() =>
        _found.Count == 0 ? null
        : _types.Count > 1 ? new Problem(Problems.ValidationFailed) { Errors = _found }
        : new Problem(_types.Single(), _found.Count == 1 ? _found.Values.First()[0] : null) { Errors = _found };
}
