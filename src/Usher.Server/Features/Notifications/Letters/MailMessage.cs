using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace Usher.Server.Features.Notifications.Letters;

/// <summary>A letter as a MIME message: plain text, HTML, embedded pictures and attachments.</summary>
internal static class MailMessage
{
    /// <summary>For rules of mail readers, and for file names.</summary>
    public const string KindHeader = "X-Usher-Kind";

    private static readonly IServiceProvider Nothing = new ServiceCollection().BuildServiceProvider();

    /// <returns>Null if the mail is no longer needed.</returns>
    public static async Task<MimeMessage?> Compose(Occasion occasion, MailboxAddress sender, CancellationToken cancellationToken)
    {
        if (occasion.Recipient.ErasedAt is not null || occasion.Write(sender) is not { } letter)
            return null;
        var (mail, recipient) = (occasion.Mail, occasion.Recipient);
        var message = new MimeMessage
        {
            Subject = Phrases.Line(letter.Subject),
            Date = occasion.Now,
            // The same for all attempts, so that a mail server or reader can detect a duplicate.
            MessageId = $"{mail.MessageKey}@{MailOptions.HostOf(sender)}",
        };
        message.From.Add(sender);
        message.To.Add(new MailboxAddress(Phrases.Line(recipient.DisplayName ?? recipient.Username), occasion.Address));
        // RFC 3834: no automatic reply should answer it.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add(KindHeader, JsonNamingPolicy.KebabCaseLower.ConvertName(mail.Kind.ToString()));
        message.Body = Body(letter, await Html(letter), mail.MessageKey);
        cancellationToken.ThrowIfCancellationRequested();
        return message;
    }

    public static async Task<string> Html(Letter letter)
    {
        await using var renderer = new HtmlRenderer(Nothing, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var page = await renderer.RenderComponentAsync<LetterPage>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(LetterPage.Letter)] = letter }));
            return $"<!DOCTYPE html>\n{page.ToHtmlString()}";
        });
    }

    private static MimeEntity Body(Letter letter, string html, string key)
    {
        MimeEntity page = Part("html", html);
        if (letter.Picture is { } picture)
        {
            var shown = new MimePart("image", "png")
            {
                Content = new MimeContent(new MemoryStream(picture.Png)),
                ContentId = LetterPage.PictureId,
                ContentDisposition = new MimeKit.ContentDisposition(MimeKit.ContentDisposition.Inline) { FileName = "chart.png" },
                ContentTransferEncoding = ContentEncoding.Base64,
            };
            page = new MultipartRelated { Boundary = $"related-{key}", Root = page };
            ((MultipartRelated)page).Add(shown);
        }
        var body = new MultipartAlternative(Part("plain", LetterText.Write(letter)), page) { Boundary = $"alternative-{key}" };
        if (letter.Attachment is not { } attachment)
            return body;
        var attached = new MimePart(MimeKit.ContentType.Parse(attachment.MediaType))
        {
            Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(attachment.Content))),
            ContentDisposition = new MimeKit.ContentDisposition(MimeKit.ContentDisposition.Attachment) { FileName = attachment.FileName },
            ContentTransferEncoding = ContentEncoding.Base64,
        };
        attached.ContentType.Charset = "utf-8";
        return new Multipart("mixed") { body, attached };
    }

    private static TextPart Part(string subtype, string text)
    {
        var part = new TextPart(subtype) { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        part.SetText(Encoding.UTF8, text);
        return part;
    }
}
