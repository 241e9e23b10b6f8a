using System.Text;
using CsvHelper;
using Usher.Domain.Audit;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Auditing;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog;

/// <summary>
/// Imports a file whole or not at all. It is read twice: once to find what is wrong, outside of any transaction, and
/// once to write it, a few hundred events at a time, in one.
/// </summary>
internal sealed class EventImport(UsherDb db, IDatabaseEngine engine, IServiceProvider services, string defaultCurrency)
{
    private const int Chunk = 500, MostFaults = 1_000;

    /// <summary>Told how many rows have been checked, and then how many have been written.</summary>
    public Action<string, int>? Progress { get; init; }

    /// <summary>Whether any row that was checked would be there for everyone.</summary>
    public bool Publishes { get; private set; }

    /// <summary>How many rows there are, or what is wrong with the first thousand that are wrong.</summary>
    public async Task<(int Rows, Problem? Problem)> Check(Stream file, ImportFormat format, Guid organizer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (rows, wrong) = (0, new Faults(most: MostFaults));
        try
        {
            await foreach (var row in Rewound(file, format, cancellationToken))
            {
                var (read, faults) = await Read(row, organizer, now, cancellationToken);
                Publishes |= read.Publication == Publication.Published;
                foreach (var (path, messages) in faults.Found)
                    wrong.Add($"rows[{row.Number}]{(path.Length == 0 ? "" : ".")}{path}", messages[0]);
                if (wrong.Found.Count == MostFaults)
                    break;
                if (++rows % Chunk == 0)
                    Progress?.Invoke("checked", rows);
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
        return (rows, wrong.ToProblem());
    }

    /// <summary>Writes a file that was found to be right.</summary>
    public async Task Write(Stream file, ImportFormat format, Guid organizer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var written = 0;
        await using var change = await Change.Begin(db, engine, cancellationToken);
        await change.UseAccount(organizer, db, cancellationToken);
        await foreach (var rows in Rewound(file, format, cancellationToken).Chunk(Chunk).WithCancellation(cancellationToken))
        {
            var events = new List<Event>(rows.Length);
            foreach (var row in rows)
            {
                var (read, faults) = await Read(row, organizer, now, cancellationToken);
                if (faults.Found.Count > 0)
                    throw new InvalidOperationException($"Row {row.Number} was right when it was checked.");
                read.Describe();
                events.Add(read);
            }
            var types = events.SelectMany(e => e.TicketTypes).ToList();
            await db.InsertAll(events, cancellationToken);
            await db.InsertAll(events.ConvertAll(e => e.Stock), cancellationToken);
            await db.InsertAll(types, cancellationToken);
            await db.InsertAll(types.ConvertAll(t => t.Stock), cancellationToken);
            await db.InsertAll(events.ConvertAll(e => AuditLog.Entry(AuditAction.EventImported, now, organizer, e.Id)), cancellationToken);
            Progress?.Invoke("written", written += rows.Length);
        }
        await change.Commit(cancellationToken);
    }

    private async Task<(Event Row, Faults Faults)> Read(ImportRow row, Guid organizer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var read = EventRules.Blank(organizer, defaultCurrency, now);
        if (row.Json is null)
            return (read, new Faults(new Dictionary<string, string[]> { [""] = [row.Problem!] }));
        var (request, errors) = await JsonBody.Check<CreateEventRequest>(row.Json, services, cancellationToken);
        var faults = new Faults(errors);
        EventRules.Create(request, read, now, faults);
        return (read, faults);
    }

    private static IAsyncEnumerable<ImportRow> Rewound(Stream file, ImportFormat format, CancellationToken cancellationToken)
    {
        file.Position = 0;
        return ImportRows.Read(file, format, cancellationToken);
    }
}
