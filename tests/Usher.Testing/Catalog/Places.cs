using System.Collections.Frozen;

namespace Usher.Testing;

/// <summary>Where a printed place is: city (null where only a country is printed), country, IANA time zone.</summary>
internal sealed record Place(string? City, string Country, string TimeZone);

/// <summary>
/// The written table behind the time zones. It knows the places the New York Philharmonic played, and the countries
/// whose conferences carry no zone of their own; what it does not know is <see cref="DefaultTimeZone"/>.
/// </summary>
internal static class Places
{
    public const string DefaultTimeZone = "UTC";

    private const string Eastern = "America/New_York";
    private const string Central = "America/Chicago";
    private const string Mountain = "America/Denver";
    private const string Pacific = "America/Los_Angeles";

    /// <summary>By state. A state with two zones has the one of the cities that were played.</summary>
    private static readonly FrozenDictionary<string, string> States = Table(
        (Eastern, "CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV"),
        (Central, "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI"),
        (Mountain, "CO ID MT NM UT WY"),
        (Pacific, "CA NV OR WA"),
        ("America/Anchorage", "AK"),
        ("America/Detroit", "MI"),
        ("America/Indiana/Indianapolis", "IN"),
        ("America/Phoenix", "AZ"),
        ("Pacific/Honolulu", "HI"));

    /// <summary>By country as printed, in any case. A country with several zones has that of its largest city.</summary>
    private static readonly FrozenDictionary<string, (string Name, string TimeZone)> Countries =
        new Dictionary<string, (string, string)>
        {
            ["Argentina"] = ("Argentina", "America/Argentina/Buenos_Aires"),
            ["Australia"] = ("Australia", "Australia/Sydney"),
            ["Austria"] = ("Austria", "Europe/Vienna"),
            ["Belgium"] = ("Belgium", "Europe/Brussels"),
            ["Brazil"] = ("Brazil", "America/Sao_Paulo"),
            ["Canada"] = ("Canada", "America/Toronto"),
            ["Canary Islands"] = ("Spain", "Atlantic/Canary"),
            ["Chile"] = ("Chile", "America/Santiago"),
            ["China"] = ("China", "Asia/Shanghai"),
            ["Colombia"] = ("Colombia", "America/Bogota"),
            ["Czech Republic"] = ("Czech Republic", "Europe/Prague"),
            ["Democratic People's Republic of Korea"] = ("North Korea", "Asia/Pyongyang"),
            ["Denmark"] = ("Denmark", "Europe/Copenhagen"),
            ["Dominican Republic"] = ("Dominican Republic", "America/Santo_Domingo"),
            ["Ecuador"] = ("Ecuador", "America/Guayaquil"),
            ["England"] = ("United Kingdom", "Europe/London"),
            ["Finland"] = ("Finland", "Europe/Helsinki"),
            ["France"] = ("France", "Europe/Paris"),
            ["Germany"] = ("Germany", "Europe/Berlin"),
            ["Greece"] = ("Greece", "Europe/Athens"),
            ["Hong Kong"] = ("Hong Kong", "Asia/Hong_Kong"),
            ["Hungary"] = ("Hungary", "Europe/Budapest"),
            ["India"] = ("India", "Asia/Kolkata"),
            ["India (Bombay)"] = ("India", "Asia/Kolkata"),
            ["Indonesia"] = ("Indonesia", "Asia/Jakarta"),
            ["Ireland"] = ("Ireland", "Europe/Dublin"),
            ["Israel"] = ("Israel", "Asia/Jerusalem"),
            ["Italy"] = ("Italy", "Europe/Rome"),
            ["Japan"] = ("Japan", "Asia/Tokyo"),
            ["Korea"] = ("South Korea", "Asia/Seoul"),
            ["Lithuania"] = ("Lithuania", "Europe/Vilnius"),
            ["Luxembourg"] = ("Luxembourg", "Europe/Luxembourg"),
            ["Macau"] = ("Macau", "Asia/Macau"),
            ["Malaysia"] = ("Malaysia", "Asia/Kuala_Lumpur"),
            ["Mexico"] = ("Mexico", "America/Mexico_City"),
            ["Monaco"] = ("Monaco", "Europe/Monaco"),
            ["Morocco"] = ("Morocco", "Africa/Casablanca"),
            ["Netherlands"] = ("Netherlands", "Europe/Amsterdam"),
            ["New Zealand"] = ("New Zealand", "Pacific/Auckland"),
            ["North Macedonia"] = ("North Macedonia", "Europe/Skopje"),
            ["Norway"] = ("Norway", "Europe/Oslo"),
            ["Poland"] = ("Poland", "Europe/Warsaw"),
            ["Portugal"] = ("Portugal", "Europe/Lisbon"),
            ["Puerto Rico"] = ("Puerto Rico", "America/Puerto_Rico"),
            ["Scotland"] = ("United Kingdom", "Europe/London"),
            ["Serbia"] = ("Serbia", "Europe/Belgrade"),
            ["Singapore"] = ("Singapore", "Asia/Singapore"),
            ["Slovenia"] = ("Slovenia", "Europe/Ljubljana"),
            ["South Korea"] = ("South Korea", "Asia/Seoul"),
            ["Spain"] = ("Spain", "Europe/Madrid"),
            ["Sweden"] = ("Sweden", "Europe/Stockholm"),
            ["Switzerland"] = ("Switzerland", "Europe/Zurich"),
            ["Taiwan"] = ("Taiwan", "Asia/Taipei"),
            ["Thailand"] = ("Thailand", "Asia/Bangkok"),
            ["The Philippines"] = ("Philippines", "Asia/Manila"),
            ["Turkey"] = ("Turkey", "Europe/Istanbul"),
            ["U.K."] = ("United Kingdom", "Europe/London"),
            ["U.S.A."] = ("United States", Eastern),
            ["Ukraine"] = ("Ukraine", "Europe/Kyiv"),
            ["United Arab Emirates"] = ("United Arab Emirates", "Asia/Dubai"),
            ["Uruguay"] = ("Uruguay", "America/Montevideo"),
            ["USSR"] = ("Russia", "Europe/Moscow"),
            ["Venezuela"] = ("Venezuela", "America/Caracas"),
            ["Vietnam"] = ("Vietnam", "Asia/Ho_Chi_Minh"),
            ["W. Germany"] = ("Germany", "Europe/Berlin"),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Cities whose zone is not their country's.</summary>
    private static readonly FrozenDictionary<string, string> Cities = new Dictionary<string, string>
    {
        ["Adelaide, Australia"] = "Australia/Adelaide",
        ["Brisbane, Australia"] = "Australia/Brisbane",
        ["Calgary, Canada"] = "America/Edmonton",
        ["Edmonton, Canada"] = "America/Edmonton",
        ["Halifax, Canada"] = "America/Halifax",
        ["Hong Kong, China"] = "Asia/Hong_Kong",
        ["Melbourne, Australia"] = "Australia/Melbourne",
        ["Monterey, Mexico"] = "America/Monterrey",
        ["Vancouver, Canada"] = "America/Vancouver",
        ["Winnipeg, Canada"] = "America/Winnipeg",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Boroughs =
        FrozenSet.Create("Manhattan", "Bronx", "Brooklyn", "Queens", "Staten Island");

    /// <summary>A place as the orchestra's archive prints it: "Manhattan, NY", "Vancouver, BC, CANADA", "Singapore".</summary>
    public static Place Find(string printed)
    {
        var parts = printed.Split(", ");
        var (city, region) = (parts[0], parts[^1]);
        if (parts.Length > 1 && States.TryGetValue(region, out var stateZone))
            return new Place(region == "NY" && Boroughs.Contains(city) ? "New York" : city, "United States", stateZone);

        var country = Country(region);
        return country with { City = city, TimeZone = Cities.GetValueOrDefault($"{city}, {region}", country.TimeZone) };
    }

    public static Place Country(string printed) =>
        Countries.TryGetValue(printed, out var country)
            ? new Place(null, country.Name, country.TimeZone)
            : new Place(null, printed, DefaultTimeZone);

    private static FrozenDictionary<string, string> Table(params (string TimeZone, string States)[] rows) =>
        rows.SelectMany(row => row.States.Split(' ').Select(state => (state, row.TimeZone)))
            .ToFrozenDictionary(pair => pair.state, pair => pair.TimeZone);
}
