using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Accounts;

/// <summary>An account that misbehaves can be stopped by whoever runs the program.</summary>
public sealed class SuspensionTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_suspended_account_does_nothing_until_it_may_go_on(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (person, organizer) = (await Person.Organizer(server), await Person.Organizer(server));
        var (own, show) = (await person.Announce(), await organizer.Announce());
        (await person.Book(show)).Expect(201);
        var (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["suspend", person.Email.ToUpperInvariant()]);
        Assert.True(exitCode == 0 && output.Contains("is suspended", StringComparison.Ordinal), output);
        // Also while its token is still taken for good.
        (await person.Book(show)).Expect(401, "token_expired");
        (await person.Post("api/events", Sample.Event())).Expect(401, "token_expired");
        await Eventually.IsTrue(async () => !await person.IsSignedIn(), withinSeconds: 5);
        (await person.Refresh()).Expect(401);
        (await new Person(server).Post("api/auth/login", new { email = person.Email, password = "not-this-one-at-all" })).Expect(401, "invalid_credentials");
        (await new Person(server).Post("api/auth/login", new { email = person.Email, password = Person.Password })).Expect(403, "account_suspended");
        // What it sells is there, and what it bought.
        (await organizer.Book(own)).Expect(201);
        Assert.Single((await organizer.Get($"api/events/{show.Id}/bookings")).Expect(200)["data"].AsArray());

        (exitCode, _) = await ServerProcess.RunVerb(server.Database, ["unsuspend", person.Email]);
        Assert.Equal(0, exitCode);
        await person.LogIn();
        (await person.Book(show)).Expect(201);
        (exitCode, _) = await ServerProcess.RunVerb(server.Database, ["suspend", $"{Sample.Word()}@example.com"]);
        Assert.Equal(1, exitCode);
        Assert.Equal(2, await server.Database.Count("SELECT count(*) FROM audit_entries WHERE user_id = @id AND action IN (22, 23)", ("id", person.Id)));
    }
}
