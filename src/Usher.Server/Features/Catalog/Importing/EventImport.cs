using System.Text;
using CsvHelper;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Importing;

/// <summary>
/// Imports a file completely or not at all. It reads the file once and writes valid rows to a stage that no read shows, until it finds an
/// error.
/// </summary>
internal sealed class EventImport(UsherDb db, IServiceProvider services, string defaultCurrency)
{
    private const int Chunk = 100, MostFaults = 1_000;

    /// <summary>Receives the number of rows read.</summary>
    public Action<int>? Progress { get; init; }

    /// <summary>Whether any row would be public.</summary>
    public bool Publishes { get; private set; }

    /// <summary>The number of rows, or the errors of the first thousand invalid rows.</summary>
    public Task<(int Rows, Problem? Problem)> Check(Stream file, ImportFormat format, Guid organizer, DateTimeOffset now, CancellationToken cancellationToken) =>
        Read(file, format, () => EventRules.Blank(organizer, defaultCurrency, now), now, take: null, cancellationToken);

    /// <summary>The same, and publishes all rows if there is no error.</summary>
    /// <param name="file">File in UTF-8.</param>
    /// <param name="format">Format of the file.</param>
    /// <param name="organizer">Owner of the events.</param>
    /// <param name="now">Creation time.</param>
    /// <param name="refuse">Called at the end; may still refuse the import.</param>
    /// <param name="settle">Writes what commits with the events, given their number.</param>
    /// <param name="cancellationToken">Cancels the import.</param>
    public async Task<(int Rows, Problem? Problem)> Import(Stream file, ImportFormat format, Guid organizer, DateTimeOffset now,
        Func<Task<Problem?>> refuse, Action<Change, int> settle, CancellationToken cancellationToken)
    {
        file.Position = 0;
        await using var stage = await IImportStage.Open(db, organizer, now, cancellationToken);
        var (rows, problem) = await Read(file, format, () => EventRules.Blank(organizer, defaultCurrency, now, stage.NewId()), now, stage.Add, cancellationToken);
        if ((problem ?? await refuse()) is { } no)
            return (rows, no);
        await stage.Publish(change => settle(change, rows), cancellationToken);
        return (rows, null);
    }

    private async Task<(int Rows, Problem? Problem)> Read(Stream file, ImportFormat format, Func<Event> blank, DateTimeOffset now,
        Func<IReadOnlyList<Event>, CancellationToken, Task>? take, CancellationToken cancellationToken)
    {
        var (rows, wrong, chunk) = (0, new Faults(most: MostFaults), new List<Event>(Chunk));
        try
        {
            await foreach (var row in ImportRows.Read(file, format, cancellationToken))
            {
                var (read, faults) = await Read(row, blank(), now, cancellationToken);
                Publishes |= read.Publication == Publication.Published;
                foreach (var (path, messages) in faults.Found)
                    wrong.Add($"rows[{row.Number}]{(path.Length == 0 ? "" : ".")}{path}", messages[0]);
                if (wrong.Found.Count == MostFaults)
                    break;
                rows++;
                if (take is not null && wrong.Found.Count == 0)
                {
                    read.Describe();
                    chunk.Add(read);
                    if (chunk.Count == Chunk)
                    {
                        await take(chunk, cancellationToken);
                        chunk.Clear();
                        Progress?.Invoke(rows);
                    }
                }
                // A row takes a millisecond of a processor: sales, searches and sign-ins run in between.
                await Task.Yield();
            }
        }
        catch (DecoderFallbackException)
        {
            return (rows, new Problem(Problems.MalformedRequest, "The file is not UTF-8."));
        }
        catch (ProblemException refused)
        {
            return (rows, refused.Problem);
        }
        catch (CsvHelperException malformed)
        {
            return (rows, new Problem(Problems.MalformedRequest, $"The file is not valid CSV near line {malformed.Context?.Parser?.RawRow}."));
        }
        if (rows == 0 && wrong.Found.Count == 0)
            wrong.Add("rows", "There are no rows.");
        if (chunk.Count > 0 && wrong.Found.Count == 0)
            await take!(chunk, cancellationToken);
        return (rows, wrong.ToProblem());
    }

    private async Task<(Event Row, Faults Faults)> Read(ImportRow row, Event read, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (row.Json is null)
            return (read, new Faults(new Dictionary<string, string[]> { [""] = [row.Problem!] }));
        var (request, errors) = await JsonBody.Check<CreateEventRequest>(row.Json, services, cancellationToken);
        var faults = new Faults(errors);
        EventRules.Create(request, read, now, faults);
        return (read, faults);
    }
}
