using System.Text.Json;
using System.Text.Json.Serialization;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Domain.Notifications;
using Usher.Domain.Reports;
using Usher.Server.Platform;
using Usher.Server.Platform.Http;
using Xunit;

namespace Usher.UnitTests;

/// <summary>What a filter, a token or a label calls a state is what an answer calls it.</summary>
public sealed class WireNamesTests
{
    [Fact]
    public void A_name_is_what_an_answer_has()
    {
        AreThoseOfAnswers<BookingStatus>();
        AreThoseOfAnswers<PaymentStatus>();
        AreThoseOfAnswers<EventStatus>();
        AreThoseOfAnswers<MailState>();
        AreThoseOfAnswers<PeriodKind>();
        AreThoseOfAnswers<Refusal>();
        AreThoseOfAnswers<Role>();
        AreThoseOfAnswers<Own>();
        Assert.Equal(["upcoming", "sold_out", "cancelled", "past"], WireNames<EventStatus>.All);
        Assert.Equal(["first", "secondOne"], WireNames<Own>.All);
    }

    [Fact]
    public void A_name_is_read_as_it_is_written()
    {
        foreach (var state in Enum.GetValues<EventStatus>())
            Assert.Equal(state, WireNames<EventStatus>.Read(WireNames<EventStatus>.Of(state)));
        foreach (var other in (string?[])[null, "", "SoldOut", "SOLD_OUT", " sold_out", "1", "+1", "upcoming,past"])
            Assert.Null(WireNames<EventStatus>.Read(other));
        Assert.Equal(EventStatus.SoldOut, WireNames<EventStatus>.Read("SOLD_OUT", StringComparison.OrdinalIgnoreCase));
    }

    private static void AreThoseOfAnswers<T>() where T : struct, Enum =>
        Assert.Equal(Enum.GetValues<T>().Select(value => JsonSerializer.SerializeToNode(value, StrictJson.Options)!.GetValue<string>()), WireNames<T>.All);

    private enum Own { First, [JsonStringEnumMemberName("secondOne")] Second }
}
