using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Trust;

/// <summary>
/// What a server has said that it has, kept beside it. What it shows later and the rows that it has must be the same:
/// what was refused has then left nothing, and what is deleted stays deleted.
/// </summary>
internal sealed class Control(World world)
{
    private static readonly (string Table, string Id)[] Tables =
        [("events", "id"), ("event_stock", "event_id"), ("ticket_types", "id"), ("ticket_stock", "ticket_type_id"), ("bookings", "id"), ("booking_items", "booking_id"), ("users", "id")];

    private readonly Dictionary<string, HashSet<Guid>> _rows = [];
    private readonly Dictionary<string, (Person Reader, JsonNode State)> _shown = [];
    private readonly List<string> _gone = [];
    private int _imported;

    /// <summary>Takes the rows as they are.</summary>
    public async Task Adopt()
    {
        foreach (var (table, id) in Tables)
            _rows[table] = await world.Server.Database.Ids(table, id);
    }

    /// <param name="address">What was asked.</param>
    public void Heard(Operation operation, Person caller, string address, Reply reply)
    {
        if ((int)reply.Status is < 200 or >= 300)
            return;
        address = address.Replace("/%2e", "", StringComparison.Ordinal).TrimEnd('/');
        switch (operation.Id)
        {
            case "CreateEvent":
                Add(["events", "event_stock"], reply.Json!);
                foreach (var type in reply["ticketTypes"].AsArray())
                    Add(["ticket_types", "ticket_stock"], type!);
                _shown[$"api/events/{reply["id"]}"] = (caller, reply.Json!);
                break;
            case "CreateTicketType":
                Add(["ticket_types", "ticket_stock"], reply.Json!);
                _shown[$"{address}/{reply["id"]}"] = (caller, reply.Json!);
                break;
            case "BookTickets":
                Add(["bookings", "booking_items"], reply.Json!);
                if (reply["status"].GetValue<string>() != "pending")
                    _shown[$"api/bookings/{reply["id"]}"] = (caller, reply.Json!);
                break;
            case "Register":
                Add(["users"], reply["user"]);
                break;
            case "ImportEvents":
                _imported += reply["imported"].GetValue<int>();
                break;
            case "ChangeMe" or "ChangeEvent" or "ChangeEventByPatch" or "ChangeTicketType" or "ChangeTicketTypeByPatch":
                _shown[address] = (caller, reply.Json!);
                break;
            case "CancelEvent" or "CancelEventByPost" or "CancelBooking" or "CancelBookingByPost" or "ConfirmBooking" or "ConfirmBookingByPost":
                _shown[address[..address.LastIndexOf('/')]] = (caller, reply.Json!);
                break;
            case "DeleteEvent" or "DeleteTicketType":
                var id = Guid.Parse(address.Split('/')[^1]);
                if (operation.Id == "DeleteEvent")
                {
                    _rows["events"].Remove(id);
                    _rows["event_stock"].Remove(id);
                }
                else
                {
                    _rows["ticket_types"].Remove(id);
                    _rows["ticket_stock"].Remove(id);
                }
                _gone.Add(address);
                break;
        }
    }

    /// <summary>What is not as it was said. A thing is looked at once: a later operation may change it.</summary>
    public async Task<List<string>> Faults()
    {
        var faults = new List<string>();
        foreach (var (table, id) in Tables)
        {
            var there = await world.Server.Database.Ids(table, id);
            var (more, fewer) = (there.Except(_rows[table]).ToList(), _rows[table].Except(there).ToList());
            // An import names no ids; the types of an event go with it.
            var imported = table is "events" or "event_stock" ? _imported : table is "ticket_types" or "ticket_stock" && _imported > 0 ? more.Count : 0;
            if (more.Count != imported)
                faults.Add($"{more.Count} rows of {table} are there that nobody was told of, and {imported} were imported: {more.FirstOrDefault()}");
            if (fewer.Count > 0 && !(table is "ticket_types" or "ticket_stock" && _gone.Count > 0))
                faults.Add($"{fewer.Count} rows of {table} are gone that somebody was told of: {fewer[0]}");
            _rows[table] = there;
        }
        _imported = 0;
        foreach (var (address, (reader, state)) in _shown)
        {
            var reply = await reader.Get(address);
            if (reply.Json is null || !JsonNode.DeepEquals(Lasting(reply.Json), Lasting(state)))
                faults.Add($"{address} was said to be {state.ToJsonString()}, and is {(int)reply.Status} {reply.Text}");
        }
        _shown.Clear();
        foreach (var address in _gone)
            if ((int)(await world.Organizer.Get(address)).Status != 404)
                faults.Add($"{address} was deleted, and is there");
        return faults;
    }

    private void Add(string[] tables, JsonNode made)
    {
        foreach (var table in tables)
            _rows[table].Add(made["id"]!.GetValue<Guid>());
    }

    /// <summary>Without what a job does afterwards.</summary>
    private static JsonNode Lasting(JsonNode state)
    {
        var lasting = state.DeepClone();
        if (lasting is JsonObject booking && booking.ContainsKey("paymentStatus"))
            foreach (var member in (string[])["refund", "paymentStatus", "version"])
                booking.Remove(member);
        return lasting;
    }
}
