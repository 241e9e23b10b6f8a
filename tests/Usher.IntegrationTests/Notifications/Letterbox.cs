using System.Text;
using MimeKit;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Notifications;

/// <summary>Mails as their readers get them.</summary>
internal static class Letterbox
{
    /// <summary>What lies in the folder of a server without an SMTP server, for one person; waits until there are so many.</summary>
    public static async Task<List<MimeMessage>> Wait(UsherServer server, Person reader, int count, string? kind = null)
    {
        List<MimeMessage> found = [];
        await Eventually.IsTrue(() => Task.FromResult((found = Read(server, reader, kind)).Count >= count), 60);
        return found;
    }

    public static List<MimeMessage> Read(UsherServer server, Person reader, string? kind = null)
    {
        var folder = Path.Combine(server.Database.DataDirectory, "mail");
        if (!Directory.Exists(folder))
            return [];
        return [.. Directory.EnumerateFiles(folder, $"{kind}*.eml", SearchOption.AllDirectories).Select(file => MimeMessage.Load(file))
            .Where(mail => mail.To.Mailboxes.Single().Address.Equals(reader.Email, StringComparison.OrdinalIgnoreCase)).OrderBy(mail => mail.Date)];
    }

    public static MimeMessage Parse(SunkMail mail) => MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(mail.Text)));

    public static string? Kind(this MimeMessage mail) => mail.Headers["X-Usher-Kind"];

    /// <summary>A server that sends to the sink, and loses no time.</summary>
    public static (string, string)[] To(SmtpSink sink, params (string, string)[] more) => ToPort(sink.Port, more);

    public static (string, string)[] ToPort(int port, params (string, string)[] more) =>
    [
        ("Mail:Smtp:Host", "localhost"), ("Mail:Smtp:Port", $"{port}"), ("Mail:Smtp:Security", "None"), ("Mail:From", "Box Office <tickets@example.com>"),
        ("Mail:Smtp:TimeoutSeconds", "0.5"), ("Mail:FirstRetrySeconds", "0.2"), ("Mail:MostPerSecond", "0"), .. more,
    ];

}
