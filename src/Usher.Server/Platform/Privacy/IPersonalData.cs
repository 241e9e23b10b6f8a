using System.Text.Json;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Privacy;

/// <summary>What one feature knows about a person: to be handed out to them, and forgotten when they go.</summary>
internal interface IPersonalData
{
    /// <summary>The member of the export it stands under.</summary>
    string Name { get; }

    /// <summary>Writes all that is keyed to the person, as one value. What may be long is read as it is written: see <see cref="PersonalRows"/>.</summary>
    Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken);

    /// <summary>Why the person cannot go yet, or null.</summary>
    Task<Problem?> Objection(Guid userId, UsherDb db, CancellationToken cancellationToken) => Task.FromResult<Problem?>(null);

    /// <summary>Inside the transaction of the erasure.</summary>
    /// <returns>What is left to do when it has committed, or null.</returns>
    Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken);
}
