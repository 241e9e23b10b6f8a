using System.Text;
using System.Text.RegularExpressions;
using MimeKit;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Domain.Notifications;
using Usher.Server.Features.Notifications;
using Usher.Server.Features.Notifications.Letters;
using Xunit;

namespace Usher.UnitTests.Notifications;

public partial class MailMessageTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private const string Long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsabend-https://example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    /// <summary>A server may offer neither 8BITMIME nor SMTPUTF8.</summary>
    [Theory]
    [InlineData("tickets@bühne.example", "@xn--bhne-0ra.example")]
    [InlineData("Bühne <tickets@kasse.bühne.example>", "@kasse.xn--bhne-0ra.example")]
    [InlineData("チケット <tickets@例え.jp>", "@xn--r8jz45g.jp")]
    [InlineData("tickets@example.com", "@example.com")]
    public async Task Every_header_is_ASCII_whatever_the_senders_host(string from, string host)
    {
        var sender = new MailOptions { From = from }.Sender;
        var message = (await MailMessage.Compose(Told(MailKind.BookingConfirmed, "zoe@bühne.example"), sender, TestContext.Current.CancellationToken))!;
        message.Prepare(EncodingConstraint.SevenBit);
        using var stream = new MemoryStream();
        await message.WriteToAsync(stream, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(stream.ToArray(), b => b >= 0x80);
        var text = Encoding.ASCII.GetString(stream.ToArray());
        Assert.Matches($"(?m)^From: (.*\\s*<)?tickets{host}>?\r?$", text);
        Assert.Matches($"(?m)^Message-Id: <[0-9a-f]{{32}}{host}>\r?$", text);
        Assert.Matches("(?m)^To: .*\\s*<zoe@xn--bhne-0ra.example>\r?$", text);
        Assert.EndsWith($"@{MailOptions.HostOf(sender)}", message.MessageId, StringComparison.Ordinal);
        var calendar = Assert.IsType<MimePart>(message.Attachments.Single(), exactMatch: false);
        using var content = new StreamReader(calendar.Content!.Open());
        Assert.Contains($"ORGANIZER:mailto:tickets{host}\r\n", (await content.ReadToEndAsync(TestContext.Current.CancellationToken)).Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>What a phone would have to scroll for: a width, or a line that may not break.</summary>
    [Theory]
    [InlineData(MailKind.BookingConfirmed)]
    [InlineData(MailKind.BookingCancelled)]
    [InlineData(MailKind.EventChanged)]
    [InlineData(MailKind.EventCancelled)]
    public async Task Nothing_in_a_letter_is_wider_than_a_phone(MailKind kind)
    {
        var html = await MailMessage.Html(Told(kind, "zoe@example.com").Write(new MailOptions().Sender)!);
        Assert.Contains("aaaaaaaa", html, StringComparison.Ordinal);
        foreach (Match match in NoBreak().Matches(html))
            Assert.True(match.Groups["text"].Value.Length <= 10, match.Value);
        Assert.DoesNotMatch(FixedWidth(), html);
        Assert.Contains("word-break:break-word;overflow-wrap:anywhere", html, StringComparison.Ordinal);
        Assert.True(html.Split("<th ").Length - 1 <= 2, "Two columns are as much as a phone shows.");
    }

    private static Occasion Told(MailKind kind, string email)
    {
        var (user, of, type) = (Guid.CreateVersion7(Now), Guid.CreateVersion7(Now), Guid.CreateVersion7(Now));
        var cancelled = kind is MailKind.BookingCancelled or MailKind.EventCancelled;
        var booking = new Booking
        {
            Id = Guid.CreateVersion7(Now),
            Code = "7H3Q9KXW",
            UserId = user,
            EventId = of,
            Currency = "IDR",
            BookedAt = Now,
            ConfirmedAt = Now,
            Quantity = 12,
            TotalMinor = 12_000_000_000_00,
            CapturedMinor = 12_000_000_000_00,
            Status = cancelled ? BookingStatus.Cancelled : BookingStatus.Confirmed,
            CancelledAt = cancelled ? Now : null,
            CancelReason = kind == MailKind.EventCancelled ? CancelReason.EventCancelled : cancelled ? CancelReason.User : null,
            Items = [new() { Id = Guid.CreateVersion7(Now), BookingId = user, TicketTypeId = type, Quantity = 12, UnitPriceMinor = 1_000_000_000_00 }],
        };
        var row = new Event
        {
            Id = of,
            OrganizerId = Guid.CreateVersion7(Now),
            Name = Long,
            StartsAt = Now.AddDays(30),
            EndsAt = Now.AddDays(30).AddHours(3),
            TimeZone = "Europe/Vienna",
            Location = Long,
            Currency = "IDR",
            CreatedAt = Now,
            UpdatedAt = Now,
            CancelReason = kind == MailKind.EventCancelled ? Long : null,
            CancelledAt = kind == MailKind.EventCancelled ? Now : null,
        };
        var former = FormerEvent.Of(row);
        (row.StartsAt, row.Location) = (row.StartsAt.AddDays(1), $"Another {Long}");
        return new Occasion(
            new Mail { Id = Guid.CreateVersion7(Now), Kind = kind, SubjectId = booking.Id, UserId = user, Domain = "example.com", DueAt = Now, CreatedAt = Now },
            new User { Id = user, Username = "zoë", Email = email, UsernameKey = "", EmailKey = "", PasswordHash = "", DisplayName = "Zoë Ünal", CreatedAt = Now },
            row, booking, [booking], new Dictionary<Guid, string> { [type] = Long }, null, null, IsForPending: false, null, kind == MailKind.EventChanged ? former : null, Now);
    }

    [GeneratedRegex("white-space:\\s*nowrap[^>]*>(?<text>[^<]*)<")]
    private static partial Regex NoBreak();

    [GeneratedRegex("(?<!max-)(width:\\s*[0-9]+px|width=\"[0-9]+\")|min-width")]
    private static partial Regex FixedWidth();
}
