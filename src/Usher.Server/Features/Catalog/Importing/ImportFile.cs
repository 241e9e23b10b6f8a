using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Importing;

/// <summary>The verb <c>import FILE --organizer EMAIL</c>.</summary>
internal static class ImportFile
{
    /// <returns>0 if all rows were imported, 1 if the file has errors and nothing was imported, 2 if the import could not begin.</returns>
    public static async Task<int> Run(IServiceProvider services, string path, string? organizer, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        if (FormatOf(path) is not { } format)
            return await Refuse("The file's name must end in .csv, .ndjson or .jsonl.");
        if (!File.Exists(path))
            return await Refuse($"There is no file {path}.");
        var key = EmailAddress.Key(organizer ?? "");
        if (await db.Users.SingleOrDefaultAsync(u => u.EmailKey == key, cancellationToken) is not { Role: not Role.Attendee } user)
            return await Refuse($"There is no organizer with the address {organizer}. Use --organizer EMAIL.");

        var import = new EventImport(db, scope.ServiceProvider, services.GetRequiredService<IOptions<CatalogOptions>>().Value.DefaultCurrency)
        {
            Progress = Console.IsErrorRedirected ? null : rows => Console.Error.Write($"\r{rows} read  "),
        };
        await using var file = File.OpenRead(path);
        var now = DatabaseClock.Truncate(await db.ReadClock(cancellationToken));
        var (rows, problem) = await import.Import(file, format, user.Id, now, () => Task.FromResult<Problem?>(null), (_, _) => { }, cancellationToken);
        if (!Console.IsErrorRedirected)
            await Console.Error.WriteAsync('\r');
        if (problem is not null)
            return await Show(problem);
        await Console.Out.WriteLineAsync($"{rows} events imported for {user.Username}.");
        return 0;
    }

    private static ImportFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => ImportFormat.Csv,
        ".ndjson" or ".jsonl" => ImportFormat.JsonLines,
        _ => null,
    };

    private static async Task<int> Refuse(string why)
    {
        await Console.Error.WriteLineAsync($"usher: {why}");
        return 2;
    }

    private static async Task<int> Show(Problem problem)
    {
        foreach (var (row, messages) in problem.Errors ?? new Dictionary<string, string[]>())
            await Console.Error.WriteLineAsync($"{row}: {string.Join(' ', messages)}");
        await Console.Error.WriteLineAsync($"{problem.Detail} Nothing was imported.");
        return 1;
    }
}
