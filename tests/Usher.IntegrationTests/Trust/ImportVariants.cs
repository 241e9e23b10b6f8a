using System.Text;

namespace Usher.IntegrationTests.Trust;

/// <summary>Files to import: right, wrong in one row, and no such files at all.</summary>
internal static class ImportVariants
{
    private const string Header = "name,date,location,totalCapacity,tags,ticketTypes";
    private const string Row = "Evening [[word]],2030-05-01T19:30:00Z,Small Hall,100,a|b,Seat:12.50:50|Standing:5:20";

    public static Attempt Good(string type) => type == "text/csv"
        ? new Attempt(Attempts.AsItShouldBe) { ContentType = type, Body = $"{Header}\n{Row}\n" }
        : new Attempt(Attempts.AsItShouldBe) { ContentType = type, Body = "{\"name\":\"Evening [[word]]\",\"date\":\"2030-05-01T19:30:00Z\",\"location\":\"Small Hall\",\"totalCapacity\":100}\n" };

    /// <param name="rows">Bodies of an event with something done to them.</param>
    public static IEnumerable<Attempt> Of(string type, IEnumerable<Variant> rows, IReadOnlyList<string> naughty, Random random, int texts)
    {
        var files = type == "text/csv" ? Tables(naughty, random, texts) : Lines(rows, random, texts);
        foreach (var (what, body) in files)
            yield return new Attempt($"{type}, {what}") { ContentType = type, Body = body };
        var good = Good(type);
        foreach (var parameter in (string[])["; charset=utf-8", "; charset=\"UTF-8\"", "; charset=utf-16", "; charset=klingon", "; header=present", ";", "+x"])
            yield return good with { What = $"{type}{parameter}", ContentType = $"{type}{parameter}" };
        foreach (var wrong in (string?[])[null, "application/json", "text/plain", "multipart/form-data; boundary=x", "application/octet-stream", "application/x-ndjson, text/csv"])
            yield return good with { What = $"as {wrong ?? "nothing"}", ContentType = wrong };
        yield return good with { What = $"{type} in UTF-16", Encode = Encoding.Unicode.GetBytes };
        yield return good with { What = $"{type} with a byte order mark", Body = $"\uFEFF{good.Body}" };
        yield return good with { What = $"{type} that is no UTF-8", Encode = text => [.. Encoding.UTF8.GetBytes(text), 0xC3, 0x28, (byte)'\n'] };
        yield return good with { What = $"{type} said to be compressed", ContentEncoding = "gzip" };
        yield return good with { What = $"{type}, dry", Query = "?dryRun=true" };
        yield return good with { What = $"{type}, two hundred events", Body = type == "text/csv" ? $"{Header}\n{string.Concat(Enumerable.Repeat($"{Row}\n", 200))}" : string.Concat(Enumerable.Repeat(good.Body, 200)) };
    }

    /// <summary>A line made wrong between two that are right.</summary>
    private static IEnumerable<(string, string)> Lines(IEnumerable<Variant> rows, Random random, int texts)
    {
        var good = Good("application/x-ndjson").Body!;
        foreach (var row in rows.Where(row => !row.Json.Contains('\n', StringComparison.Ordinal)))
            // All of them would be as many as for a single event; it is the same reader.
            if (random.Next(Math.Max(2, 40 / texts)) == 0)
                yield return (row.What, $"{good}{row.Json}\n{good}");
        foreach (var (what, body) in ((string, string)[])[
            ("nothing", ""), ("empty lines", "\n\r\n \n"), ("a list", $"[{good.Trim()}]"), ("on one line", $"{good.Trim()}{good.Trim()}"), ("over several lines", good.Replace(",", ",\n", StringComparison.Ordinal)), ("no end of line", good.Trim()),
            ("carriage returns", good.Replace("\n", "\r", StringComparison.Ordinal) + good), ("a comma behind", $"{good.Trim()},\n{good}"), ("a zero", $"{good}\0\n"), ("a line of zeros", $"{new string('\0', 100)}\n{good}"), ("another separator", good.Trim() + "\u2028" + good),
            ("a record separator", $"\u001e{good}"), ("two thousand wrong lines", string.Concat(Enumerable.Repeat("{}\n", 2_000))), ("a line of 300 KiB", $"{{\"x\":\"{new string('x', 300 * 1024)}\"}}\n"), ("only brackets", new string('[', 100_000)),
            ("a comment", $"// {good}"), ("null", "null\n"), ("numbers", "1\n2\n3\n")])
            yield return (what, body);
    }

    private static IEnumerable<(string, string)> Tables(IReadOnlyList<string> naughty, Random random, int texts)
    {
        var columns = Header.Split(',');
        var good = Row.Split(',');
        for (var i = 0; i < columns.Length; i++)
            foreach (var cell in (string[])[
                "", " ", "\"", "\"\"", "\"a", "a\"b", "\"a\"b", "\"a\nb\"", "\0", "=1+1", "@SUM(A1)", "|", "||", ":", "::", "a:b", "a:b:c", "a:1:1e3", ":1:1", "a:b:1:1", "a:-1:5", "a:1:5:", "a:1.005:5", "0", "-0", "1e3", "1.0", " 100 ", "99999999999999999999", "１００", "NaN", "null", "[]", "{}", "\\N", "'x'",
                "\u2028", "\u202e", "\ufffe", "\ufeff", "2030-03-31T02:30:00", "2030-05-01", "9999-12-31T23:59:59Z", new string('x', 20_000), .. Enumerable.Range(0, texts).Select(_ => Cell(naughty[random.Next(naughty.Count)]))])
                yield return ($"{columns[i]} = {(cell.Length > 40 ? $"{cell[..40]}…" : cell)}", $"{Header}\n{Row}\n{string.Join(',', good.Select((kept, at) => at == i ? cell : kept))}\n");
        foreach (var (what, body) in ((string, string)[])[
            ("nothing", ""), ("empty lines", "\n\n\n"), ("only a header", Header), ("a header and empty lines", $"{Header}\n\n\n"), ("no header", $"{Row}\n{Row}\n"), ("a column twice", $"{Header},name\n{Row},x\n"), ("a column without a name", $"{Header},\n{Row},x\n"),
            ("capitals", $"{Header.ToUpperInvariant()}\n{Row}\n"), ("spaces", $"{Header.Replace(",", " , ", StringComparison.Ordinal)}\n{Row}\n"), ("semicolons", $"{Header}\n{Row}\n".Replace(',', ';')), ("tabs", $"{Header}\n{Row}\n".Replace(',', '\t')),
            ("a cell too many", $"{Header}\n{Row},x\n"), ("a cell too few", $"{Header}\n{Row[..Row.LastIndexOf(',')]}\n"), ("one column", "name\nx\n"), ("unknown columns", $"{Header},id,status,__proto__\n{Row},1,past,x\n"), ("line ends of all kinds", $"{Header}\r\n{Row}\r{Row}\n"),
            ("never closed", $"{Header}\n\"{Row}\n{Row}\n"), ("a comment", $"# {Header}\n{Header}\n{Row}\n"), ("a separator said", $"sep=;\n{Header}\n{Row}\n"), ("ten thousand columns", $"{string.Join(',', Enumerable.Range(0, 10_000))}\n{Row}\n"), ("two thousand wrong rows", $"{Header}\n{string.Concat(Enumerable.Repeat(",,,,,\n", 2_000))}"),
            ("a cell of 300 KiB", $"{Header}\n{new string('x', 300 * 1024)}{Row}\n"), ("quotes only", new string('"', 9_999)), ("commas only", new string(',', 9_999)), ("zeros", $"{Header}\n{new string('\0', 500)}\n"), ("a page", "<html><body>503</body></html>"), ("JSON", "{\"name\":\"x\"}\n")])
            yield return (what, body);

        static string Cell(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
