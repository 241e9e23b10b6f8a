using System.Text.Json.Nodes;
using Usher.IntegrationTests.Catalog.Importing;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>Writes of the catalogue with an idempotency key, and an import for which there is no room.</summary>
public sealed class RepeatedWriteTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task An_event_is_made_once_for_each_key(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, body) = (await Person.Organizer(server), Sample.Event(("ticketTypes", new[] { Sample.TicketType() })));
        var first = (await organizer.Post("api/events", body, ("Idempotency-Key", "one"))).Expect(201);
        Assert.Null(first.Header("Idempotency-Replayed"));
        // As parsed: the members in another order are the same request.
        var again = (await organizer.Post("api/events", new JsonObject(body.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))), ("Idempotency-Key", "one"))).Expect(201);
        Assert.Equal((first.Text, first.ETag, first.Headers.Location, "true"), (again.Text, again.ETag, again.Headers.Location, again.Header("Idempotency-Replayed")));
        (await organizer.Post("api/events", body.With(("name", "Another")), ("Idempotency-Key", "one"))).Expect(422, "idempotency_key_reused");
        (await organizer.Post("api/events", body, ("Idempotency-Key", "no blanks"))).Expect(400, "idempotency_key_invalid");
        (await (await Person.Organizer(server)).Post("api/events", body, ("Idempotency-Key", "one"))).Expect(201);

        // What was refused is not kept.
        (await organizer.Post("api/events", Sample.Event(("totalCapacity", 0)), ("Idempotency-Key", "two"))).Expect(400, "validation_failed");
        var together = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => organizer.Post("api/events", body, ("Idempotency-Key", "two"))));
        Assert.Single(together.Select(reply => reply.Expect(201)["id"].GetValue<Guid>()).Distinct());
        Assert.Equal(2, (await organizer.Get("api/organizers/me/events"))["pagination"]["totalItems"]!.GetValue<int>());
        Assert.Equal(2, await server.Database.Count("SELECT count(*) FROM audit_entries WHERE actor_id = @id AND event_id IS NOT NULL", ("id", organizer.Id)));
    }

    [Theory, OnBothEngines]
    public async Task A_file_is_imported_once_for_each_key(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var (organizer, city) = (await Person.Organizer(server), Sample.Word());
        var (file, key) = (ImportStageTests.Lines(city, 300), ("Idempotency-Key", "file"));
        (await ImportStageTests.Import(organizer, file + "{}", key)).Expect(400, "validation_failed");
        var together = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ImportStageTests.Import(organizer, file, key)));
        Assert.All(together, reply => Assert.True((int)reply.Status == 200 || (reply.Code == "idempotency_in_progress" && reply.Header("Retry-After") is not null), reply.Text));
        var first = together.First(reply => (int)reply.Status == 200);
        var again = (await ImportStageTests.Import(organizer, file, key)).Expect(200);
        Assert.Equal((first.Text, "true"), (again.Text, again.Header("Idempotency-Replayed")));
        Assert.Equal(300, again["imported"].GetValue<int>());
        (await ImportStageTests.Import(organizer, ImportStageTests.Lines(city, 2), key)).Expect(422, "idempotency_key_reused");
        Assert.Equal(300, (await organizer.Get("api/organizers/me/events"))["pagination"]["totalItems"]!.GetValue<int>());
    }

    [Theory, OnBothEngines]
    public async Task Without_room_for_the_file_an_import_is_told_to_come_again(Engine engine)
    {
        using var disk = new SmallDisk(megabytes: 1);
        await using var server = await servers.StartProcess(engine, ("TMPDIR", disk.Path), ("DOTNET_EnableDiagnostics", "0"));
        var (organizer, city) = (await Person.Organizer(server), Sample.Word());
        var refused = (await ImportStageTests.Import(organizer, ImportStageTests.Lines(city, 6_000))).Expect(503, "unavailable");
        Assert.NotNull(refused.Header("Retry-After"));
        (await ImportStageTests.Import(organizer, ImportStageTests.Lines(city, 10))).Expect(200);
    }
}
