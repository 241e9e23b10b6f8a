using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Jobs;

internal static class Forgetting
{
    private const int AtOnce = 1_000;

    /// <summary>Deletes these rows in order, a thousand per transaction, so that no other transaction waits long.</summary>
    public static async Task Forget<T>(this UsherDb db, IQueryable<T> rows, CancellationToken cancellationToken)
    {
        int forgotten;
        do
        {
            await using var change = await Change.Begin(db, cancellationToken);
            forgotten = await rows.Take(AtOnce).ExecuteDeleteAsync(cancellationToken);
            await change.Commit(cancellationToken);
        } while (forgotten == AtOnce);
    }
}
