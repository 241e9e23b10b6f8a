using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// The only access to the stock, with backpressure: its queues are bounded, and a command that finds its queue full is rejected at once. It
/// answers bookings, confirmations, cancellations and expiries when they are durable.
/// </summary>
internal sealed partial class BoxOffice(
    IReadOnlyList<SellingLoop> lanes, IOptions<SellingOptions> options, IOptions<RateLimitingOptions> limits, ILogger<BoxOffice> log)
{
    private readonly ConcurrentDictionary<Guid, int> _inFlight = new();

    /// <param name="caller">Account for the in-flight limit; null for background work.</param>
    /// <param name="gone">If the caller disconnects before the decision, nothing is done.</param>
    public async Task<Answer> Ask(Command command, Guid? caller, KeyClaim? key, CancellationToken gone)
    {
        var limited = caller is not null && limits.Value.Enabled;
        try
        {
            if (limited && _inFlight.AddOrUpdate(caller!.Value, 1, (_, n) => n + 1) > options.Value.MaxInFlightPerUser)
            {
                SellingMeasures.NoteTurnedAway(command, Guard.InFlight);
                return new Answer.TooManyInFlight();
            }

            // Mass cancellations and settlements of background jobs queue with the bookings; otherwise no buyer could book meanwhile.
            var queued = new QueuedCommand(command, key, gone, Activity.Current) { GoesFirst = caller is not null && command is not Book };
            var lane = lanes[(command.EventId.GetHashCode() & int.MaxValue) % lanes.Count];
            if (!lane.TryQueue(queued))
            {
                SellingMeasures.NoteTurnedAway(command, Guard.QueueFull);
                queued.Tell(new Answer.Overloaded());
            }
            var answer = await queued.Answer;
            if (queued.Request is { IsAllDataRequested: true } request)
                BatchTrace.Note(request, queued);
            if (log.IsEnabled(LogLevel.Information))
                Note(command, answer);
            return answer;
        }
        finally
        {
            if (limited && _inFlight.AddOrUpdate(caller!.Value, 0, (_, n) => n - 1) == 0)
                _inFlight.TryRemove(new(caller.Value, 0));
        }
    }

    private void Note(Command command, Answer answer)
    {
        switch (answer)
        {
            case Answer.Decided { Outcome: Outcome.Done done, Replayed: false }:
                Log.Done(log, command.GetType().Name, done.Booking.Id, command.EventId, done.Booking.Status, done.Booking.Quantity);
                break;
            case Answer.Decided { Outcome: Outcome.Refused refused }:
                Log.Refused(log, command.GetType().Name, command.EventId, refused.Reason);
                break;
            case Answer.Overloaded or Answer.TooManyInFlight:
                Log.TurnedAway(log, command.GetType().Name, command.EventId, answer.GetType().Name);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Command} {BookingId} of event {Event}: {Status}, {Tickets} tickets")]
        public static partial void Done(ILogger log, string command, Guid bookingId, Guid @event, BookingStatus status, int tickets);

        [LoggerMessage(2, LogLevel.Information, "{Command} of event {Event} refused: {Reason}")]
        public static partial void Refused(ILogger log, string command, Guid @event, Refusal reason);

        [LoggerMessage(3, LogLevel.Information, "{Command} of event {Event} turned away: {Why}")]
        public static partial void TurnedAway(ILogger log, string command, Guid @event, string why);
    }
}
