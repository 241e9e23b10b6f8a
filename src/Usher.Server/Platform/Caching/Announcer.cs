namespace Usher.Server.Platform.Caching;

/// <summary>Announces an edit of the catalogue to all caches.</summary>
internal sealed class Announcer(CatalogueEdition edition, RedisAnswers? shared = null)
{
    /// <summary>Call it after the commit and before the response: every process that gets the announcement then reads the edit.</summary>
    public Task CatalogueChanged()
    {
        if (shared is not null)
            return shared.Announce();
        edition.Advance();
        return Task.CompletedTask;
    }
}
