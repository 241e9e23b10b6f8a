using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain;
using Usher.Domain.Catalog;
using Usher.Domain.Notifications;
using Usher.Domain.Reports;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Reports;

/// <summary>
/// Creates the report of each period that has ended in its organizer's time zone, including periods that ended while no process ran. A
/// report, its mail and the step to the next period are one commit, so repetitions and interruptions do no harm.
/// </summary>
internal sealed partial class MakeReports(
    IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, IOptions<ReportsOptions> options,
    ILogger<MakeReports> log) : RepeatedWork(scopes, TimeSpan.FromSeconds(options.Value.CheckSeconds), time, log)
{
    /// <summary>A sale of the last second may not be committed yet; no transaction takes longer.</summary>
    private static readonly TimeSpan UntilSettled = TimeSpan.FromMinutes(2);

    private readonly IServiceScopeFactory _scopes = scopes;

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        await Begin(db, cancellationToken);
        var standing = await db.ReportProgress.AsNoTracking()
            .Join(db.Users.Where(u => u.ErasedAt == null), p => p.OrganizerId, u => u.Id, (p, u) => new { p.OrganizerId, p.Kind, p.NextDay, u.TimeZone, u.EmailKey }).ToListAsync(cancellationToken);
        foreach (var next in standing)
            await Try($"organizer {next.OrganizerId}", async () =>
            {
                var zone = Zones.Of(next.TimeZone);
                for (var period = new Period(next.Kind, next.NextDay); period.In(zone).Until + UntilSettled <= clock.Now; period = period.Next)
                    if (!await Make(db, next.OrganizerId, next.EmailKey, period, zone, cancellationToken))
                        break;
            }, cancellationToken);
    }

    /// <summary>Organizers with their first sale.</summary>
    private async Task Begin(UsherDb db, CancellationToken cancellationToken)
    {
        var unknown = await db.Events.Where(e => e.Stock.Sold > 0 && !db.ReportProgress.Any(p => p.OrganizerId == e.OrganizerId))
            .Join(db.Users.Where(u => u.ErasedAt == null), e => e.OrganizerId, u => u.Id, (e, u) => new { u.Id, u.TimeZone }).Distinct().ToListAsync(cancellationToken);
        foreach (var organizer in unknown)
            await Try($"organizer {organizer.Id}", () => Begin(organizer.Id, organizer.TimeZone), cancellationToken);

        async Task Begin(Guid organizer, string timeZone)
        {
            var first = await db.Bookings.Where(b => b.ConfirmedAt != null && db.Events.Any(e => e.Id == b.EventId && e.OrganizerId == organizer))
                .OrderBy(b => b.ConfirmedAt).Select(b => b.ConfirmedAt).FirstOrDefaultAsync(cancellationToken);
            if (first is null)
                return;
            var earliest = clock.Now.AddDays(-options.Value.CatchUpDays);
            var day = Period.LocalDay(first > earliest ? first.Value : earliest, Zones.Of(timeZone));
            await using var change = await Change.Begin(db, cancellationToken);
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO report_progress (organizer_id, kind, next_day)
                VALUES ({organizer}, 0, {day}), ({organizer}, 1, {Period.Containing(day, PeriodKind.Week).First}) ON CONFLICT DO NOTHING
                """, cancellationToken);
            await change.Commit(cancellationToken);
        }
    }

    /// <returns>False if another process was faster.</returns>
    private async Task<bool> Make(UsherDb db, Guid organizerId, string emailKey, Period period, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        // On a separate connection: the snapshot is read before anything is written.
        await using var reading = _scopes.CreateAsyncScope();
        var figures = await Figures.Read(reading.ServiceProvider.GetRequiredService<UsherDb>(), organizerId, period, zone, clock.Now, cancellationToken);
        db.ChangeTracker.Clear();
        await using var change = await Change.Begin(db, cancellationToken);
        await change.LockAccount(organizerId, AccountLock.Use, cancellationToken);
        var organizer = await db.Users.Where(u => u.Id == organizerId && u.ErasedAt == null).Select(u => new { u.EmailVerified }).SingleOrDefaultAsync(cancellationToken);
        if (organizer is null)
            return false;
        var moved = await db.ReportProgress.Where(p => p.OrganizerId == organizerId && p.Kind == period.Kind && p.NextDay == period.First)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.NextDay, period.End), cancellationToken);
        if (moved == 0)
            return false;
        if (figures is not null)
        {
            db.Reports.Add(new Report
            {
                Id = figures.Id,
                OrganizerId = organizerId,
                Kind = period.Kind,
                FirstDay = period.First,
                Content = figures.ToContent(),
                CreatedAt = figures.CreatedAt,
            });
            // No mail goes to an unverified address, whose reader may not be the organizer.
            if (options.Value.Mail && organizer.EmailVerified && figures.Events.Count > 0)
                db.Mails.Add(new Mail
                {
                    Id = Guid.CreateVersion7(clock.Now),
                    Kind = MailKind.Report,
                    SubjectId = figures.Id,
                    UserId = organizerId,
                    Domain = EmailAddress.HostOf(emailKey),
                    DueAt = clock.Now,
                    CreatedAt = clock.Now,
                });
        }
        await change.Commit(cancellationToken);
        Log.Made(log, period.Kind, period.First, organizerId);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Closed the {Kind} of {Day} for organizer {OrganizerId}")]
        public static partial void Made(ILogger log, PeriodKind kind, DateOnly day, Guid organizerId);
    }
}
