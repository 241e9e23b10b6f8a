namespace Usher.Server.Platform.Caching;

/// <summary>
/// The current edition of the catalogue. Every edit creates a new edition, and reads of an older one are not shown any more. Sales create
/// none, because lists may show sales late.
/// </summary>
internal sealed class CatalogueEdition
{
    private long _current;

    public long Current => Volatile.Read(ref _current);

    public void Advance() => Interlocked.Increment(ref _current);
}
