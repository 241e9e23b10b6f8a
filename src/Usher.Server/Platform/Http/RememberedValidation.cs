using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;

namespace Usher.Server.Platform.Http;

/// <summary>Caches the results of the generated resolver, which describes a type anew on each call.</summary>
internal sealed class RememberedValidation(IValidatableInfoResolver generated) : IValidatableInfoResolver
{
    private readonly ConcurrentDictionary<Type, IValidatableInfo?> _types = new();

    public bool TryGetValidatableTypeInfo(Type type, [NotNullWhen(true)] out IValidatableInfo? validatableInfo)
    {
        validatableInfo = _types.GetOrAdd(type, static (type, generated) => generated.TryGetValidatableTypeInfo(type, out var info) ? info : null, generated);
        return validatableInfo is not null;
    }

    public bool TryGetValidatableParameterInfo(ParameterInfo parameterInfo, [NotNullWhen(true)] out IValidatableInfo? validatableInfo) =>
        generated.TryGetValidatableParameterInfo(parameterInfo, out validatableInfo);

    internal sealed class Setup : IPostConfigureOptions<ValidationOptions>
    {
        public void PostConfigure(string? name, ValidationOptions options)
        {
            for (var i = 0; i < options.Resolvers.Count; i++)
                options.Resolvers[i] = new RememberedValidation(options.Resolvers[i]);
        }
    }
}
