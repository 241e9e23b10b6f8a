namespace Usher.Server.Platform.Caching;

/// <summary>
/// Which edition of the catalogue there is: every edit makes a new one, and what was read for an older one is not shown
/// any more. Sales make none; what lists show of them is as old as the answer may be.
/// </summary>
internal sealed class CatalogueEdition
{
    private long _current;

    public long Current => Volatile.Read(ref _current);

    public void Advance() => Interlocked.Increment(ref _current);
}
