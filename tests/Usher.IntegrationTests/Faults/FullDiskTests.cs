using System.Net;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Faults;

/// <summary>A disk with no byte left refuses sales and loses none; when there is space again it sells again.</summary>
public sealed class FullDiskTests
{
    [Theory, OnBothEngines]
    public async Task A_full_disk_refuses_sales_goes_on_reading_and_recovers(Engine engine)
    {
        using var disk = new SmallDisk(megabytes: engine == Engine.Sqlite ? 16 : 96);
        await using var postgres = engine == Engine.Sqlite ? null
            : await LocalPostgres.Start(durable: true, Path.Combine(disk.Path, "data"));
        var elsewhere = Directory.CreateTempSubdirectory("usher-test-").FullName;
        var database = new TestDatabase(engine,
            postgres is null ? $"Data Source={Path.Combine(disk.Path, "usher.db")}" : await postgres.CreateDatabase("small"), elsewhere);
        await using (var server = await ServerProcess.Start(database))
        {
            var show = await (await Person.Organizer(server)).Announce(capacity: 100_000);
            var buyer = await Person.Attendee(server);
            var sold = new List<Guid> { IdOf((await buyer.Book(show, key: "before")).Expect(201)) };

            disk.Fill();
            var refused = await UntilRefused(buyer, show, sold);
            Assert.Equal("unavailable", refused.Code);
            Assert.NotNull(refused.Headers.RetryAfter);
            // Reading goes on, and what it shows is what was sold.
            Assert.Equal(sold.Count, (await buyer.Get($"api/events/{show.Id}")).Expect(200)["quantitySold"].GetValue<int>());
            (await buyer.Get("api/events")).Expect(200);
            (await buyer.Get($"api/bookings/{sold[0]}")).Expect(200);

            disk.Empty();
            await Eventually.IsTrue(async () =>
            {
                var reply = await buyer.Book(show, key: "after");
                if (reply.Status != HttpStatusCode.Created)
                    return false;
                sold.Add(IdOf(reply));
                return true;
            }, withinSeconds: 30);
            foreach (var id in sold)
                (await buyer.Get($"api/bookings/{id}")).Expect(200);
            Assert.Equal(sold.Count, await database.Count("SELECT count(*) FROM bookings"));
            await server.Verify();
        }
        Directory.Delete(elsewhere, recursive: true);
    }

    /// <summary>Some more may fit into pages that are there already.</summary>
    private static async Task<Reply> UntilRefused(Person buyer, Show show, List<Guid> sold)
    {
        for (var i = 0; i < 5_000; i++)
        {
            var reply = await buyer.Book(show, key: $"{i}");
            if (reply.Status == HttpStatusCode.ServiceUnavailable)
                return reply;
            sold.Add(IdOf(reply.Expect(201)));
        }
        throw new InvalidOperationException("The disk never got full.");
    }

    private static Guid IdOf(Reply reply) => reply["id"].GetValue<Guid>();
}
