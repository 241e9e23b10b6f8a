using System.Text;
using Usher.Server.Features.Catalog.Importing;
using Usher.Server.Platform.Http;
using Xunit;

namespace Usher.UnitTests.Catalog;

/// <summary>Tables as spreadsheets and programs write them.</summary>
public class ImportTableTests
{
    private const string Plain = """{"name":"Evening, late","date":"2030-03-15 20:00","totalCapacity":20,"ticketTypes":[{"name":"Seat","price":18.5,"quantityAvailable":20}]}""";

    [Theory]
    [InlineData("name,date,totalCapacity,ticketTypes\n\"Evening, late\",2030-03-15 20:00,20,Seat:18.5:20\n")]
    [InlineData("name;date;totalCapacity;ticketTypes\r\nEvening, late;2030-03-15 20:00;20;Seat:18,5:20\r\n")]
    [InlineData("name\tdate\ttotalCapacity\tticketTypes\nEvening, late\t2030-03-15 20:00\t20\tSeat:18.50:20\n")]
    [InlineData("sep=;\r\nname;date;totalCapacity;ticketTypes\r\nEvening, late;2030-03-15 20:00;20;Seat:18,50:20\r\n")]
    [InlineData("SEP=,\nname,date,totalCapacity,ticketTypes\n\"Evening, late\",2030-03-15 20:00,20.0,Seat:18.5:20.0\n")]
    [InlineData("\"sep=\t\"\nname\tdate\ttotalCapacity\tticketTypes\nEvening, late\t2030-03-15 20:00\t2e1\tSeat:18.5:20\n")]
    [InlineData("\uFEFFsep=;\nname;date;totalCapacity;ticketTypes\nEvening, late;2030-03-15 20:00;20;Seat:18.5:20")]
    [InlineData("name, date, totalCapacity, ticketTypes\n\"Evening, late\",2030-03-15 20:00,20.000,Seat:18.500:20\n")]
    // What a spreadsheet leaves behind: columns without a name, and rows without a cell.
    [InlineData("name;date;totalCapacity;ticketTypes;;\nEvening, late;2030-03-15 20:00;20;Seat:18,5:20;;\n;;;;;\n")]
    public async Task The_same_table_reads_the_same_however_it_is_written(string table) =>
        Assert.Equal(Plain, Assert.Single(await Read(table)).Json!.ToJsonString());

    [Theory]
    [InlineData("name,date,ticket_types\na,b,c\n", "ticket_types")]
    [InlineData("name,date,EndDate\na,b,c\n", "EndDate")]
    [InlineData("name;date;end_date\na;b;c\n", "end_date")]
    [InlineData("name,date,status\na,b,c\n", "status")]
    [InlineData("sep=|\nname|date\na|b\n", "sep=|")]
    [InlineData("name|date\na|b\n", "name|date")]
    public async Task A_column_that_is_not_known_is_refused_by_its_name_with_those_that_are(string table, string column)
    {
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => Read(table))).Problem;
        Assert.Equal(Problems.ValidationFailed, problem.Type);
        var said = Assert.Single(problem.Errors![column]);
        Assert.Contains($"'{column}'", said, StringComparison.Ordinal);
        foreach (var known in (string[])["name", "date", "endDate", "ticketTypes", "totalCapacity", "cancellationDeadline", "maxPerUser"])
            Assert.Contains(known, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12,500")]
    [InlineData("1,234,567")]
    [InlineData("1.234,50")]
    [InlineData("12,")]
    public async Task What_might_mean_a_thousand_times_as_much_is_no_number(string price) =>
        Assert.Contains($"\"price\":\"{price}\"", Assert.Single(await Read($"name;ticketTypes\na;Seat:{price}:5\n")).Json!.ToJsonString(), StringComparison.Ordinal);

    [Fact]
    public async Task Rows_keep_their_numbers_and_their_problems()
    {
        var rows = await Read("name,date,\na,b,\n,,\nc,d,e\nf\ng,h,\n");
        Assert.Equal([(1, null), (3, "A column without a name has a value."), (4, "The header has 3 columns, but the row has 1."), (5, null)],
            rows.Select(row => (row.Number, row.Problem)));
    }

    [Fact]
    public async Task A_header_in_quotes_may_have_the_other_separators_inside() =>
        Assert.Equal("name;;;;", Assert.Single((await Assert.ThrowsAsync<ProblemException>(() => Read("\"name;;;;\",date\na,b\n"))).Problem.Errors!.Keys));

    /// <summary>What Excel calls Unicode text: with tabs, in UTF-16.</summary>
    [Fact]
    public async Task A_mark_at_the_beginning_may_say_UTF_16() => Assert.Equal(Plain,
        Assert.Single(await Read("name\tdate\ttotalCapacity\tticketTypes\r\nEvening, late\t2030-03-15 20:00\t20\tSeat:18,5:20\r\n", Encoding.Unicode)).Json!.ToJsonString());

    private static async Task<List<ImportRow>> Read(string table, Encoding? encoding = null)
    {
        using var file = new MemoryStream(encoding is null ? Encoding.UTF8.GetBytes(table) : [.. encoding.Preamble, .. encoding.GetBytes(table)]);
        var rows = new List<ImportRow>();
        await foreach (var row in ImportRows.Read(file, ImportFormat.Csv, TestContext.Current.CancellationToken))
            rows.Add(row);
        return rows;
    }
}
