using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Usher.Domain;
using Usher.Domain.Notifications;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Features.Notifications.Letters;
using Usher.Server.Platform;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications.Sending;

/// <summary>
/// Sends queued mails at a limited rate: a few senders, each with its own connection, claim the oldest due mails. A message is sent outside
/// of any transaction and marked right after.
/// </summary>
internal sealed partial class SendMails(
    IServiceScopeFactory scopes, IDatabaseEngine engine, DatabaseClock clock, DataDirectory data, AccountLinks links, MailServer server,
    IOptions<MailOptions> configured, JobHealth jobs, TimeProvider time, ILogger<SendMails> log) : SupervisedWork(jobs, time, log)
{
    private const int AtOnce = 50;
    private static readonly TimeSpan ToFinish = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks for mails: the first pause while all is well, longer ones while a server is away.</summary>
    private static readonly Backoff Rests = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    private readonly MailOptions _options = configured.Value;
    private readonly Outcomes _outcomes = new(scopes, configured.Value.UsesSmtp ? null : data);
    private readonly SlowDomains _domains = new(TimeSpan.FromSeconds(configured.Value.HostPauseSeconds), time);
    private readonly SemaphoreSlim _postponing = new(1);
    private readonly Backoff _retries = new(TimeSpan.FromSeconds(configured.Value.FirstRetrySeconds), TimeSpan.FromHours(1));

    protected override async Task Run(CancellationToken stoppingToken)
    {
        if (!_options.UsesSmtp)
            Log.ToFiles(log, FolderCarrier.Folder(data));
        Outcomes.Announce();
        using var pace = NewPace();
        // A running delivery may finish during a shutdown, so that no message stays unmarked.
        using var finish = new CancellationTokenSource();
        await using var _ = stoppingToken.Register(() => finish.CancelAfter(ToFinish));
        using var written = new CancellationTokenSource();
        var writing = _outcomes.WriteAll(written.Token);
        await Task.WhenAll(Enumerable.Range(0, _options.Senders).Select(_ => Send(pace, stoppingToken, finish.Token)));
        await written.CancelAsync();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Send(RateLimiter? pace, CancellationToken stopping, CancellationToken finish)
    {
        await using IMailCarrier carrier = _options.UsesSmtp ? new SmtpCarrier(_options.Smtp) : new FolderCarrier(data);
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var (found, isServerAway) = await SendSome(carrier, pace, stopping, finish);
                failures = isServerAway ? failures + 1 : 0;
                Worked();
                if (found == AtOnce && !isServerAway)
                    continue;
                if (found == 0)
                    await carrier.Rest();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception away)
            {
                Failed(away, engine.IsTransient(away));
                failures++;
            }
            await Task.Delay(Rests.After(failures + 1, Random.Shared.NextDouble()), Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(int Found, bool IsServerAway)> SendSome(IMailCarrier carrier, RateLimiter? pace, CancellationToken stopping, CancellationToken finish)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var lease = TimeSpan.FromSeconds(_options.LeaseSeconds);
        var (since, claimed) = (Time.GetTimestamp(), await MailQueue.Claim(db, AtOnce, clock.Now, lease, stopping));
        if (claimed.Count == 0)
            return (0, false);

        var occasions = await ReadOccasions(db, claimed, finish);
        var (postponed, marks, isServerAway, tried) = (new List<(Mail Mail, DateTimeOffset Until)>(), new List<Task>(), false, 0);
        foreach (var occasion in occasions)
        {
            // After half of its lease, another process may soon claim the rest.
            if (isServerAway || stopping.IsCancellationRequested || Time.GetElapsedTime(since) > lease / 2)
                break;
            tried++;
            if (_domains.Enter(occasion.Mail.Domain) is { } until)
            {
                postponed.Add((occasion.Mail, until));
                continue;
            }
            if (pace is not null)
                (await pace.AcquireAsync(1, finish)).Dispose();
            // A letter has the data from the time of the claim.
            if (!await MailQueue.IsOwed(db, occasion.Mail, finish))
            {
                _domains.Leave(occasion.Mail.Domain, failed: false);
                continue;
            }
            var outcome = await Carry(carrier, occasion, finish);
            isServerAway = outcome.Blame == Blame.Server;
            server.Note(isServerAway);
            _domains.Leave(occasion.Mail.Domain, failed: outcome.Blame == Blame.Domain);
            marks.Add(await _outcomes.Add(outcome.Outcome, finish));
        }
        await MailQueue.Return(db, [.. occasions.Skip(tried).Select(o => o.Mail)], clock.Now, finish);
        foreach (var group in postponed.GroupBy(p => (p.Mail.Domain, p.Until)))
        {
            await MailQueue.Return(db, [.. group.Select(p => p.Mail)], group.Key.Until, finish);
            await Postpone(db, group.Key.Domain, group.Key.Until, finish);
        }
        await Task.WhenAll(marks);
        return (claimed.Count, isServerAway);
    }

    /// <summary>
    /// If the data cannot be read for all mails, it is read one by one, so that one broken mail does not block the others, now and at each
    /// retry.
    /// </summary>
    private async Task<List<Occasion>> ReadOccasions(UsherDb db, List<Mail> claimed, CancellationToken cancellationToken)
    {
        try
        {
            return await Occasions.Read(db, links, claimed, clock.Now, cancellationToken);
        }
        catch (Exception wrong) when (wrong is not OperationCanceledException && !engine.IsTransient(wrong))
        {
            if (claimed is [var one])
            {
                Log.Unwritten(log, wrong, one.Id, one.Kind);
                await await _outcomes.Add(Failed(one, Delivery.Refused(Blame.Message, CannotBeWritten(wrong)), ""), cancellationToken);
                return [];
            }
            var read = new List<Occasion>();
            foreach (var mail in claimed)
                read.AddRange(await ReadOccasions(db, [mail], cancellationToken));
            return read;
        }
    }

    private async Task<(Outcome Outcome, Blame? Blame)> Carry(IMailCarrier carrier, Occasion occasion, CancellationToken cancellationToken)
    {
        var mail = occasion.Mail;
        Delivery delivery;
        try
        {
            if (await MailMessage.Compose(occasion, _options.Sender, cancellationToken) is not { } message)
                return (new Outcome(mail, MailState.Sent, clock.Now, IsMoot: true), null);
            using (message)
                delivery = await carrier.Carry(message, cancellationToken);
        }
        catch (Exception wrong) when (wrong is not OperationCanceledException)
        {
            // A letter that cannot be rendered must not block the next one.
            delivery = Delivery.Refused(Blame.Message, CannotBeWritten(wrong));
            Log.Unwritten(log, wrong, mail.Id, mail.Kind);
        }
        return delivery.IsDone
            ? (new Outcome(mail, MailState.Sent, clock.Now), null)
            : (Failed(mail, delivery, occasion.Address), delivery.Failed);
    }

    private static string CannotBeWritten(Exception wrong) => $"The letter cannot be written: {wrong.GetType().Name}.";

    private Outcome Failed(Mail mail, Delivery delivery, string address)
    {
        // Servers often repeat the rejected address, which is stored only with the account.
        var error = Phrases.Line(address.Length == 0 ? delivery.Error! : delivery.Error!.Replace(address, "<recipient>", StringComparison.OrdinalIgnoreCase));
        error = error.Length > 500 ? error[..500] : error;
        var isOver = delivery.Failed == Blame.Message || _retries.HasLasted(TimeSpan.FromHours(_options.GiveUpAfterHours), mail.Attempts);
        Log.Failed(log, mail.Id, mail.Attempts, delivery.Failed!.Value, error);
        return isOver
            ? new Outcome(mail, MailState.Undeliverable, clock.Now, null, error)
            : new Outcome(mail, MailState.Retrying, clock.Now, clock.Now + _retries.After(mail.Attempts, Random.Shared.NextDouble()), error);
    }

    private async Task Postpone(UsherDb db, string domain, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await _postponing.WaitAsync(cancellationToken);
        try
        {
            await MailQueue.Postpone(db, domain, clock.Now, until, cancellationToken);
        }
        finally
        {
            _postponing.Release();
        }
    }

    private TokenBucketRateLimiter? NewPace() => _options.MostPerSecond == 0 ? null : new TokenBucketRateLimiter(new()
    {
        TokenLimit = Math.Max(1, _options.MostPerSecond / 10),
        TokensPerPeriod = Math.Max(1, _options.MostPerSecond / 10),
        ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, _options.MostPerSecond / 10) / (double)_options.MostPerSecond),
        QueueLimit = int.MaxValue,
    });

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Information, "Mails are written to {Folder}: Mail:Smtp:Host is empty")]
        public static partial void ToFiles(ILogger log, string folder);

        [LoggerMessage(2, LogLevel.Information, "Mail {MailId} not delivered at try {Attempts}, because of the {Blame}: {Error}")]
        public static partial void Failed(ILogger log, Guid mailId, int attempts, Blame blame, string error);

        [LoggerMessage(3, LogLevel.Error, "Mail {MailId} of the kind {Kind} cannot be written")]
        public static partial void Unwritten(ILogger log, Exception wrong, Guid mailId, MailKind kind);
    }
}
