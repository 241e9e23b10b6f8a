using System.Text;
using CsvHelper;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Importing;

/// <summary>
/// Imports a file whole or not at all. It is read once: what has been right so far is written to a stage that shows nobody
/// anything, until something is found to be wrong.
/// </summary>
internal sealed class EventImport(UsherDb db, IServiceProvider services, string defaultCurrency)
{
    private const int Chunk = 100, MostFaults = 1_000;

    /// <summary>Told how many rows have been read.</summary>
    public Action<int>? Progress { get; init; }

    /// <summary>Whether any row that was read would be there for everyone.</summary>
    public bool Publishes { get; private set; }

    /// <summary>How many rows there are, or what is wrong with the first thousand that are wrong.</summary>
    public Task<(int Rows, Problem? Problem)> Check(Stream file, ImportFormat format, Guid organizer, DateTimeOffset now, CancellationToken cancellationToken) =>
        Read(file, format, () => EventRules.Blank(organizer, defaultCurrency, now), now, take: null, cancellationToken);

    /// <summary>The same, and all of it is there unless something is wrong.</summary>
    /// <param name="file">In UTF-8.</param>
    /// <param name="format">Of the file.</param>
    /// <param name="organizer">Whose events they become.</param>
    /// <param name="now">When they are made.</param>
    /// <param name="refuse">Asked at the end, for what else forbids it.</param>
    /// <param name="settle">Writes what commits with them, given their number.</param>
    /// <param name="cancellationToken">Gives it up.</param>
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
                // A row is a millisecond of a processor: whoever sells, searches or signs in comes in between.
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
