using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>Whether somebody was erased whose name may still stand in a file of the database. After a start nobody knows.</summary>
internal sealed class ErasedNames
{
    private int _erased = 1;

    public void Note() => Volatile.Write(ref _erased, 1);

    public bool Take() => Interlocked.Exchange(ref _erased, 0) == 1;
}

/// <summary>After an erasure has committed: takes what was erased out of the files of the database, too, until it succeeds.</summary>
internal sealed class ForgetErasedNames(IServiceScopeFactory scopes, IDatabaseEngine engine, ErasedNames names, TimeProvider time, ILogger<ForgetErasedNames> log)
    : RepeatedWork(scopes, TimeSpan.FromSeconds(1), time, log)
{
    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        if (!names.Take())
            return;
        var isDone = false;
        try
        {
            isDone = await engine.ForgetOverwritten(db, cancellationToken);
        }
        finally
        {
            if (!isDone)
                names.Note();
        }
    }
}
