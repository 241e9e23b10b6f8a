using System.Text.Json;
using System.Text.Json.Nodes;
using Usher.Domain.Accounts;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Trust;
using Usher.Server.Platform.Persistence.Postgres;

namespace Usher.IntegrationTests.Accounts;

/// <summary>
/// Every column of every table is in the export of the person whose row it is, or here with the reason why it is not. A new column
/// is looked for under its own name.
/// </summary>
public sealed class ExportTests(Servers servers)
{
    /// <summary>Where an export has the rows of a table.</summary>
    private static readonly Dictionary<string, string> Places = new()
    {
        ["User"] = "account",
        ["Session"] = "account.sessions.0",
        ["AccountLink"] = "account.linksByMail.0",
        ["FormerAddress"] = "account.formerAddresses.0",
        ["SecondFactor"] = "account.secondFactor",
        ["Booking"] = "bookings.0",
        ["BookingItem"] = "bookings.0.items.0",
        ["Event"] = "events.0",
        ["EventStock"] = "events.0",
        ["TicketType"] = "events.0.ticketTypes.0",
        ["TicketStock"] = "events.0.ticketTypes.0",
        ["Mail"] = "mails.0",
        ["Report"] = "reports.0",
        ["AuditEntry"] = "audit.0",
    };

    /// <summary>Columns that an export has by another name.</summary>
    private static readonly Dictionary<string, string> Renamed = new()
    {
        ["Session.RevokedAt"] = "endedAt",
        ["Booking.BookedAt"] = "bookingDate",
        ["Booking.TotalMinor"] = "totalPriceMinor",
        ["Booking.RefundMinor"] = "refund",
        ["Booking.RefundDone"] = "refund",
        ["BookingItem.UnitPriceMinor"] = "priceAtBookingMinor",
        ["Event.StartsAt"] = "date",
        ["Event.EndsAt"] = "endDate",
        ["EventStock.EventId"] = "id",
        ["EventStock.Sold"] = "quantitySold",
        ["TicketStock.TicketTypeId"] = "id",
        ["TicketStock.Sold"] = "quantitySold",
        ["TicketStock.Held"] = "quantityHeld",
        ["Report.Kind"] = "period",
    };

    /// <summary>Columns that are left out. A whole table is left out by its name.</summary>
    private static readonly Dictionary<string, string> LeftOut = Because(
        ("It is the account that the export is of.", "Session.UserId AccountLink.UserId FormerAddress.UserId SecondFactor.UserId Mail.UserId"),
        ("It is a secret, or a hash of one.", "User.PasswordHash AccountLink.Hash SecondFactor.Secret SecondFactor.KeyId SecondFactor.LastStep RefreshToken RecoveryCode"),
        ("It is a keyed hash, which tells nobody an address.", "Session.Origin"),
        ("It is derived from a column that is exported.", """
            User.UsernameKey User.EmailKey User.PendingEmailKey AccountLink.EmailKey FormerAddress.EmailKey Mail.Domain Booking.Quantity EventStock.Held
            Event.OverAt Event.IsPast Event.LocalEndDate Event.Lasting Event.DateIsInstant Event.LocalEnd Event.LocalSalesStart Event.LocalSalesEnd Event.LocalDeadline
            Event.MinPriceScaled Event.MaxPriceScaled Event.Popularity Event.SoldOut Event.SearchText Event.PlaceText Event.NameKey Event.CityKey Event.CountryKey Event.CategoryKey
            Event.Shuffle Event.DerivedBy TicketType.LocalSalesStart TicketType.LocalSalesEnd
            """),
        ("Whoever has it cannot sign in to export anything.", "User.ErasedAt User.SuspendedAt"),
        ("It numbers rows or versions, and says nothing of the person.", "User.Version AccountLink.Id FormerAddress.Id Mail.Edition Mail.Resends"),
        ("It is when the server does its next piece of work.", "Booking.SettleAt Mail.DueAt ReportProgress"),
        ("An audit entry says it.", "TicketType.CreatedAt"),
        ("Its members are those of the report.", "Report.Content"),
        ("It counts tries by a hash or an id, and is forgotten within days.", "LogInFailures MailCount"),
        ("It is kept to repeat an answer, and is forgotten within days.", "IdempotencyRow"),
        ("It is work on the way, of ids only.", "OutboxRow InboxRow Import EventCancellation"),
        ("It is what an event was, until its buyers have been told of the change.", "FormerEvent"),
        ("It is the same for everyone.", "ZoneRules"));

    [Theory, OnBothEngines]
    public async Task Every_column_is_exported_or_left_out_for_a_reason(Engine engine)
    {
        var data = await ExportOfEverything(await servers.Shared(engine));
        using var db = new PostgresDb.AtDesignTime().CreateDbContext([]);
        var (columns, missing) = (new HashSet<string>(), new List<string>());
        foreach (var table in db.Model.GetEntityTypes().Where(table => !LeftOut.ContainsKey(table.ClrType.Name)))
        {
            var name = table.ClrType.Name;
            Assert.True(Places.TryGetValue(name, out var place), $"The rows of {name} are in no export: name their place, or why they are left out.");
            var row = place.Split('.').Aggregate<string, JsonNode?>(data, (node, step) => int.TryParse(step, out var at) ? node?.AsArray().ElementAtOrDefault(at) : node?[step]);
            Assert.True(row is not null, $"The export has nothing at {place}.");
            foreach (var column in table.GetProperties().Select(property => $"{name}.{property.Name}"))
            {
                columns.Add(column);
                if (!LeftOut.ContainsKey(column) && !row.AsObject().ContainsKey(Renamed.GetValueOrDefault(column) ?? JsonNamingPolicy.CamelCase.ConvertName(column.Split('.')[1])))
                    missing.Add(column);
            }
        }
        Assert.True(missing.Count == 0, $"No export has {string.Join(", ", missing)}.");
        Assert.Empty(LeftOut.Keys.Concat(Renamed.Keys).Where(name => name.Contains('.')).Except(columns));
        Assert.Empty(LeftOut.Keys.Where(name => !name.Contains('.')).Except(db.Model.GetEntityTypes().Select(table => table.ClrType.Name)));
    }

    /// <summary>Of somebody who has a row in each of these tables.</summary>
    private static async Task<JsonNode> ExportOfEverything(UsherServer server)
    {
        var person = await Person.Organizer(server);
        await World.Link(LinkPurpose.UndoEmailChange, person);
        (await person.Book(await person.Announce())).Expect(201);
        await Reports.Sample.Report(server, person);
        await Notifications.Letterbox.Wait(server, person, 1);
        await person.BeginSecondFactor();
        return (await person.Get("api/me/export")).Expect(200)["data"];
    }

    private static Dictionary<string, string> Because(params (string Reason, string Names)[] reasons) => reasons
        .SelectMany(r => r.Names.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => (name, r.Reason)))
        .ToDictionary(pair => pair.name, pair => pair.Reason);
}
