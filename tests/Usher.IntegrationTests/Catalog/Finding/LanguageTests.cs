using System.Text;
using System.Text.Json;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>Words of many languages: what a question finds of all these names, and so also what it does not.</summary>
public sealed class LanguageTests(Servers servers)
{
    private static readonly string[] Names =
    [
        "C Night", "C# Meetup", "C++ Day", "C++17 Workshop", "Concert of cellos", "F♯ minor study", "F# for all", "F Troop", "R&B Evening", "R B Duo", "Drum & Bass", "Q & A", "A+ Players", "AC/DC Tribute", "B♭ Blues",
        "Bob and Ray",
        "الدوري المصري", "مكتبة الإسكندرية", "کتاب ایرانی", "رحمۃ للعالمین", "مُوسِيقَى", "مــوســم", "آفاق", "جشنوارهٔ تهران", "שָׁלוֹם",
        "किताब", "कुतुब", "कला", "काल", "कुली", "कली", "গান", "গুন", "பாடு", "பேடு", "పాట", "పీట", "ಹಾಡು", "ಹೂಡು", "ગીત", "ગત", "ਗੀਤ", "ਗਤ", "ගීතය", "ගතිය", "മഴ", "മിഴി", "അവൻ", "ދިވެހި", "ދަވަހު",
        "กินข้าว", "กันขาว", "คอนเสิร์ตกรุงเทพ", "ผี", "ผู้", "ດົນຕີລາວ", "តន្ត្រីខ្មែរ", "ဂီတပွဲတော်", "བོད་སྐད", "བྱ་སྐད",
        "東京ドームコンサート", "京都花火大会", "音楽会と会場", "北京国家大剧院音乐会", "서울재즈페스티벌", "한국 전통 음악", "J-POPライブ2030", "第9演奏会", "ガラ・コンサート", "カラオケ大会", "ﾊﾞﾝﾄﾞ合戦", "能", "古能面",
        "Kammerkonzert", "Dvořák", "Łódź", "Straßenfest", "Μουσική", "Ёлка", "Đà Nẵng", "İzmir",
        "!!!", "???", "🎸🎸🎸", "🎭 🎪", "Rock 🎸 Night", "Wow!!! Festival",
    ];

    private static readonly (string Q, string[] Found)[] Questions =
    [
        ("C++", ["C++ Day", "C++17 Workshop"]),
        ("c＋＋", ["C++ Day", "C++17 Workshop"]),
        ("C++ day", ["C++ Day"]),
        ("day C++", ["C++ Day"]),
        ("c++17", ["C++17 Workshop"]),
        ("c#", ["C# Meetup"]),
        ("C", ["C Night", "C# Meetup", "C++ Day", "C++17 Workshop", "Concert of cellos"]),
        ("c night", ["C Night"]),
        ("c meetup", ["C# Meetup"]),
        ("F#", ["F♯ minor study", "F# for all"]),
        ("F♯", ["F♯ minor study", "F# for all"]),
        ("B♭", ["B♭ Blues"]),
        ("A+", ["A+ Players"]),
        ("R&B", ["R&B Evening"]),
        ("r & b", ["R&B Evening"]),
        ("r b", ["R&B Evening", "R B Duo"]),
        ("Q&A", ["Q & A"]),
        ("drum bass", ["Drum & Bass"]),
        ("drum & bass", ["Drum & Bass"]),
        ("drum+bass", ["Drum & Bass"]),
        ("#drum", ["Drum & Bass"]),
        ("ac dc", ["AC/DC Tribute"]),

        ("الدورى", ["الدوري المصري"]),
        ("الدوری المصرى", ["الدوري المصري"]),
        ("مكتبه", ["مكتبة الإسكندرية"]),
        ("مکتبہ", ["مكتبة الإسكندرية"]),
        ("الاسكندريه", ["مكتبة الإسكندرية"]),
        ("كتاب ايراني", ["کتاب ایرانی"]),
        ("رحمة", ["رحمۃ للعالمین"]),
        ("رحمه للعالمين", ["رحمۃ للعالمین"]),
        ("موسيقي", ["مُوسِيقَى"]),
        ("موسم", ["مــوســم"]),
        ("افاق", ["آفاق"]),
        ("أفاق", ["آفاق"]),
        ("جشنواره", ["جشنوارهٔ تهران"]),
        ("جشنوارۀ", ["جشنوارهٔ تهران"]),
        ("كتب", []),
        ("مدرسة", []),
        ("שלום", ["שָׁלוֹם"]),

        ("किताब", ["किताब"]),
        ("कुतुब", ["कुतुब"]),
        ("कला", ["कला"]),
        ("काल", ["काल"]),
        ("कुली", ["कुली"]),
        ("कली", ["कली"]),
        ("कातब", []),
        ("গান", ["গান"]),
        ("গন", []),
        ("பாடு", ["பாடு"]),
        ("பேடு", ["பேடு"]),
        ("పాట", ["పాట"]),
        ("ಹಾಡು", ["ಹಾಡು"]),
        ("ગીત", ["ગીત"]),
        ("ગત", ["ગત"]),
        ("ਗੀਤ", ["ਗੀਤ"]),
        ("ගීතය", ["ගීතය"]),
        ("മഴ", ["മഴ"]),
        ("അവന്\u200D", ["അവൻ"]),
        ("ދިވެހި", ["ދިވެހި"]),

        ("กินข้าว", ["กินข้าว"]),
        ("กันขาว", ["กันขาว"]),
        ("ข้าว", ["กินข้าว"]),
        ("ขาว", ["กันขาว"]),
        ("กรุงเทพ", ["คอนเสิร์ตกรุงเทพ"]),
        ("คอนเสิร์ต", ["คอนเสิร์ตกรุงเทพ"]),
        ("กรุงเทพ คอนเสิร์ต", ["คอนเสิร์ตกรุงเทพ"]),
        ("กรุงไทย", []),
        ("ผี", ["ผี"]),
        ("ผู้", ["ผู้"]),
        ("ລາວ", ["ດົນຕີລາວ"]),
        ("ខ្មែរ", ["តន្ត្រីខ្មែរ"]),
        ("ပွဲတော်", ["ဂီတပွဲတော်"]),
        ("བོད", ["བོད་སྐད"]),

        ("東京", ["東京ドームコンサート"]),
        ("ドーム", ["東京ドームコンサート"]),
        ("ﾄﾞｰﾑ", ["東京ドームコンサート"]),
        ("コンサート", ["東京ドームコンサート", "ガラ・コンサート"]),
        ("こんさーと", ["東京ドームコンサート", "ガラ・コンサート"]),
        ("東京 コンサート", ["東京ドームコンサート"]),
        ("コンサート 東京", ["東京ドームコンサート"]),
        ("トムコン", []),
        ("コート", []),
        ("京都", ["京都花火大会"]),
        ("花火", ["京都花火大会"]),
        ("花", ["京都花火大会"]),
        ("東都", []),
        ("音楽会", ["音楽会と会場"]),
        // It has both pairs, and not one behind the other.
        ("楽会場", []),
        ("大会", ["京都花火大会", "カラオケ大会"]),
        ("音乐会", ["北京国家大剧院音乐会"]),
        ("大剧院 北京", ["北京国家大剧院音乐会"]),
        ("京剧", []),
        ("재즈", ["서울재즈페스티벌"]),
        ("서울 페스티벌", ["서울재즈페스티벌"]),
        ("즈서", []),
        ("한국 음악", ["한국 전통 음악"]),
        ("전통", ["한국 전통 음악"]),
        ("pop", ["J-POPライブ2030"]),
        ("ライブ", ["J-POPライブ2030"]),
        ("ライブ2030", ["J-POPライブ2030"]),
        ("ライブ2031", []),
        ("2030", ["J-POPライブ2030"]),
        ("第9", ["第9演奏会"]),
        ("第9演奏", ["第9演奏会"]),
        ("第3", []),
        ("がら", ["ガラ・コンサート"]),
        ("から", ["カラオケ大会"]),
        ("バンド", ["ﾊﾞﾝﾄﾞ合戦"]),
        ("ハント", []),
        ("能", ["能", "古能面"]),
        ("面", ["古能面"]),

        ("konzert", []),
        ("kammer", ["Kammerkonzert"]),
        ("dvorak", ["Dvořák"]),
        ("lodz", ["Łódź"]),
        ("STRASSENFEST", ["Straßenfest"]),
        ("μουσικη", ["Μουσική"]),
        ("елка", ["Ёлка"]),
        ("da nang", ["Đà Nẵng"]),
        ("izmir", ["İzmir"]),

        ("!!!", ["!!!"]),
        ("???", ["???"]),
        ("---", []),
        ("%", []),
        ("🎸", ["🎸🎸🎸", "Rock 🎸 Night"]),
        ("🎸🎸", ["🎸🎸🎸"]),
        ("🎪", ["🎭 🎪"]),
        ("🎻", []),
        ("rock 🎻", ["Rock 🎸 Night"]),
    ];

    private static readonly (string Name, string[] Found)[] PartsOfNames =
    [
        ("!!!", ["!!!", "Wow!!! Festival"]),
        ("?", ["???"]),
        ("🎸", ["🎸🎸🎸", "Rock 🎸 Night"]),
        ("🎸🎸🎸", ["🎸🎸🎸"]),
        ("_", []),
        ("C++", ["C++ Day", "C++17 Workshop"]),
        ("c#", ["C# Meetup"]),
        ("r&b", ["R&B Evening"]),
        ("drum bass", ["Drum & Bass"]),
        ("konzert", ["Kammerkonzert"]),
        ("コンサー", ["東京ドームコンサート", "ガラ・コンサート"]),
        ("こんさー", ["東京ドームコンサート", "ガラ・コンサート"]),
        ("किताब", ["किताब"]),
        ("ข้าว", ["กินข้าว"]),
        ("لدورى", ["الدوري المصري"]),
    ];

    [Theory, OnBothEngines]
    public async Task Each_language_finds_its_words_and_no_others(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        await Import(hall, Names.Select(name => new { name, date = Sample.InDays(60), location = "Hall", city = hall.City, totalCapacity = 10 }));
        var wrong = new List<string>();
        foreach (var (parameter, text, found) in Questions.Select(q => ("q", q.Q, q.Found)).Concat(PartsOfNames.Select(n => ("name", n.Name, n.Found))))
        {
            var names = (await hall.Names($"limit=100&{parameter}={Uri.EscapeDataString(text)}")).Order(StringComparer.Ordinal);
            if (!names.SequenceEqual(found.Order(StringComparer.Ordinal)))
                wrong.Add($"{parameter}={text} finds [{string.Join(", ", names)}], not [{string.Join(", ", found)}]");
        }
        Assert.Empty(wrong);
    }

    [Theory, OnBothEngines]
    public async Task Only_what_people_take_for_one_is_equal(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var hall = new Hall(await Person.Organizer(server), Sample.Word());
        (string Value, string[] Same)[] groups =
        [
            ("C", ["c"]), ("C#", ["c#", "Ｃ＃"]), ("C++", ["c++"]), ("F", []), ("F#", ["f♯"]), ("R&B", ["r & b"]), ("R B", ["r/b"]), ("18", []), ("18+", []), ("A", []), ("A+", []),
            ("Rock & Roll", ["rock&roll", "ROCK & ROLL!"]), ("Rock Roll", ["rock-roll"]), ("Rock", ["rock!"]), ("Rock 🎸", ["rock🎸"]),
            ("🎸", ["🎸\uFE0F"]), ("🎭", []), ("!!!", ["! ! !"]), ("???", []), ("-", []),
            ("कला", []), ("काल", []), ("कुली", []), ("कली", []), ("पटना", []), ("पाटन", []), ("ผี", []), ("ผู้", []),
            ("مكتبة", ["مكتبه", "مکتبہ"]), ("Zürich", ["ZURICH", "zürich"]), ("カラ", ["から"]), ("ガラ", ["がら"]),
        ];
        await Import(hall, groups.SelectMany(group => group.Same.Prepend(group.Value)).Select(value =>
            new { name = value, date = Sample.InDays(60), location = "Hall", city = value, country = value, category = value, totalCapacity = 10 }));
        var stranger = new Person(server);
        var wrong = new List<string>();
        foreach (var parameter in (string[])["category", "city", "country"])
            foreach (var (value, same) in groups)
                foreach (var spelling in same.Prepend(value))
                {
                    var reply = (await stranger.Get($"api/events?limit=100&{parameter}={Uri.EscapeDataString(spelling)}")).Expect(200);
                    var names = reply["data"].AsArray().Select(e => e!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal).ToList();
                    if (!names.SequenceEqual(same.Prepend(value).Select(Named).Order(StringComparer.Ordinal)))
                        wrong.Add($"{parameter}={spelling} finds [{string.Join(", ", names)}]");
                }
        foreach (var nothing in (string[])["\u200D", "…", "🎻", "~"])
            if ((await stranger.Get($"api/events?city={Uri.EscapeDataString(nothing)}")).Expect(200)["data"].AsArray().Count > 0)
                wrong.Add($"city={nothing} finds something");
        Assert.Empty(wrong);

        var facets = (await stranger.Get("api/events/facets")).Expect(200);
        foreach (var facet in (string[])["categories", "cities", "countries"])
            Assert.Equal(groups.Select(group => group.Same.Length + 1).Order(), facets[facet].AsArray().Select(f => f!["count"]!.GetValue<int>()).Order());

        // A name has no trailing blanks and is in NFC.
        static string Named(string value) => value.Normalize(NormalizationForm.FormC);
    }

    private static async Task Import<T>(Hall hall, IEnumerable<T> events) => (await hall.Owner.Post("api/events/import",
        new StringContent(string.Join('\n', events.Select(e => JsonSerializer.Serialize(e))), Encoding.UTF8, "application/x-ndjson"))).Expect(200);
}
