using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>Whatever text a list looks in, its letters are folded by the same rules, on both engines.</summary>
public sealed class FoldingTests(Servers servers)
{
    private static readonly (string Written, string[] Asked)[] Texts =
    [
        ("Café Müller", ["cafe muller", "CAFÉ MÜLLER", "Cafe\u0301 Mu\u0308ller"]),
        ("Cafe Miller", ["café miller"]),
        ("Łódź Ørsted", ["lodz orsted", "ŁÓDŹ ØRSTED"]),
        ("Größl-Straße", ["grossl strasse", "GRÖSSL-STRASSE"]),
        ("Çağlar İzmir", ["caglar izmir", "ÇAĞLAR İZMİR", "CAGLAR IZMIR"]),
        ("Ｆｕｌｌ ﬁne", ["full fine", "FULL FINE"]),
        ("ΣΊΣΥΦΟΣ Νίκος", ["σισυφος νικος", "Σίσυφος ΝΊΚΟΣ"]),
        ("Ёлкин Чайка", ["елкин чаика", "ЁЛКИН ЧАЙКА"]),
        ("مكتبة", ["مکتبہ", "مكتبه"]),
        ("ばんど", ["バンド", "ﾊﾞﾝﾄﾞ"]),
        ("はんと", ["ハント"]),
        ("Nguyễn Ðặng", ["nguyen dang", "NGUYỄN ÐẶNG"]),
    ];

    [Theory, OnBothEngines]
    public async Task Every_filter_of_events(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        foreach (var (written, _) in Texts)
            await organizer.Announce(more: new { name = written, location = written, city = written, country = written, category = written });
        foreach (var (written, asked) in Texts)
            foreach (var text in asked.Append(written))
                foreach (var list in (string[])[$"api/events?organizerId={organizer.Id}&", "api/organizers/me/events?"])
                    foreach (var parameter in (string[])["q", "name", "location", "city", "country", "category"])
                    {
                        var reply = (await organizer.Get($"{list}{parameter}={Uri.EscapeDataString(text)}")).Expect(200);
                        Assert.True(written == string.Join(" | ", reply["data"].AsArray().Select(e => e!["name"])), $"{list}{parameter}={text} is to find {written}: {reply.Text}");
                    }
    }

    [Theory, OnBothEngines]
    public async Task Whatever_a_buyer_is_found_by(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var buyers = await Person.Attendees(server, Texts.Length);
        foreach (var (buyer, (written, _)) in buyers.Zip(Texts))
        {
            (await buyer.Patch("api/me", new { displayName = written })).Expect(200);
            (await buyer.Book(show)).Expect(201);
        }
        foreach (var (buyer, (written, asked)) in buyers.Zip(Texts))
            foreach (var text in asked.Append(written).Append(buyer.Username.ToUpperInvariant()).Append(buyer.Email[2..]))
                await Finds(text, buyer);

        // Letters of any script are allowed in an address, too.
        await server.Database.Run("UPDATE users SET email = @email WHERE id = @id", ("email", $"zoë.o'neill+{buyers[0].Username}@bücher.example"), ("id", buyers[0].Id));
        foreach (var text in (string[])["zoe.o", "ZOË", "o'n", "@bucher", "BÜCHER.EX", $"+{buyers[0].Username}", "l+"])
            await Finds(text, buyers[0]);
        foreach (var text in (string[])["%", "\\", "'", "_"])
            await Finds(text, [.. text == "'" ? buyers[..1] : []]);

        async Task Finds(string text, params Person[] people)
        {
            var path = $"api/events/{show.Id}/bookings";
            var reply = (await organizer.Get($"{path}?q={Uri.EscapeDataString(text)}")).Expect(200);
            Assert.True(people.Select(p => p.Username).SequenceEqual(reply["data"].AsArray().Select(b => b!["buyer"]!["username"]!.GetValue<string>())), $"q={text}: {reply.Text}");
            Assert.Equal(1 + people.Length, (await organizer.Get($"{path}.csv?q={Uri.EscapeDataString(text)}")).Expect(200).Text.TrimEnd().Split('\n').Length);
        }
    }
}
