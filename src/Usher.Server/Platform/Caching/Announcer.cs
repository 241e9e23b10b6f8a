namespace Usher.Server.Platform.Caching;

/// <summary>Tells everyone who keeps answers that the catalogue was edited.</summary>
internal sealed class Announcer(CatalogueEdition edition, RedisAnswers? shared = null)
{
    /// <summary>After the commit and before the answer: whoever hears of the edit reads it.</summary>
    public Task CatalogueChanged()
    {
        if (shared is not null)
            return shared.Announce();
        edition.Advance();
        return Task.CompletedTask;
    }
}
