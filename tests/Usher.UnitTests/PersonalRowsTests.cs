using Usher.Server.Platform.Privacy;
using Xunit;

namespace Usher.UnitTests;

public sealed class PersonalRowsTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(499), InlineData(500), InlineData(501), InlineData(1000), InlineData(1234)]
    public async Task However_many_rows_there_are_each_is_read_once_and_in_order(int count)
    {
        var all = Enumerable.Range(0, count).Select(i => $"{i:0000}").ToList();
        var (read, reads) = (new List<string>(), 0);
        await foreach (var row in PersonalRows.InPages<string>((last, most) =>
        {
            reads++;
            return Task.FromResult(all.Where(row => string.CompareOrdinal(row, last) > 0).Take(most).ToList());
        }))
            read.Add(row);
        Assert.Equal(all, read);
        Assert.Equal(count / 500 + 1, reads);
    }
}
