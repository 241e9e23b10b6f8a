using System.ComponentModel.DataAnnotations;
using MimeKit;

namespace Usher.Server.Features.Notifications;

internal enum SmtpSecurity { StartTls, Tls, None }

internal sealed class MailOptions : IValidatableObject
{
    public const string Section = "Mail";

    /// <summary>The sender, such as <c>Tickets &lt;tickets@example.com&gt;</c>. Needed with an SMTP server.</summary>
    public string From { get; init; } = "";

    public SmtpOptions Smtp { get; init; } = new();

    /// <summary>Messages that are sent at once, each on its own connection.</summary>
    [Range(1, 64)]
    public int Senders { get; init; } = 4;

    /// <summary>Most messages per second and process, so that mail leaves processor time for the sale; 0 for no limit.</summary>
    [Range(0, 10_000)]
    public int MostPerSecond { get; init; } = 100;

    /// <summary>Minutes before the end of a hold at which its owner gets a reminder; 0 for never.</summary>
    [Range(0, 1440)]
    public double HoldReminderMinutes { get; init; }

    /// <summary>Seconds before the second attempt. Each further pause doubles, up to an hour.</summary>
    [Range(0.01, 3600)]
    public double FirstRetrySeconds { get; init; } = 30;

    /// <summary>Seconds without mail to a host after three failures in a row. The pause doubles with each further failure, up to an hour.</summary>
    [Range(0.01, 3600)]
    public double HostPauseSeconds { get; init; } = 30;

    /// <summary>Hours of attempts after which a message is undeliverable.</summary>
    [Range(0.0001, 240)]
    public double GiveUpAfterHours { get; init; } = 24;

    /// <summary>Seconds after which another process may claim a claimed message.</summary>
    [Range(1, 3600)]
    public double LeaseSeconds { get; init; } = 300;

    /// <summary>Days that mails are stored as files.</summary>
    [Range(1, 3650)]
    public int KeepFilesDays { get; init; } = 14;

    /// <summary>Days that the state of a sent message is stored.</summary>
    [Range(1, 3650)]
    public int KeepRowsDays { get; init; } = 180;

    /// <summary>Mails about free bookings that an unverified address can get in a day. Mails about paid bookings are always sent.</summary>
    [Range(0, 1000)]
    public int UnverifiedPerDay { get; init; } = 5;

    /// <summary>Seconds before an organizer can resend the same mail.</summary>
    [Range(0, 86400)]
    public double ResendEverySeconds { get; init; } = 60;

    /// <summary>Times a day that an organizer can resend the same mail.</summary>
    [Range(1, 1000)]
    public int ResendsPerDay { get; init; } = 10;

    /// <summary>Changes of one event that its buyers are notified of at once in a day. Further changes are combined into one mail an hour.</summary>
    [Range(1, 1000)]
    public int EventChangesPerDay { get; init; } = 5;

    public bool UsesSmtp => Smtp.Host.Length > 0;

    public MailboxAddress Sender => MailboxAddress.Parse(From.Length > 0 ? From : "Usher <usher@localhost>");

    /// <summary>An address with its host in ASCII (RFC 5890), which every mail server accepts. MimeKit converts it in From and To only.</summary>
    public static string AsciiOf(MailboxAddress address) => MailboxAddress.EncodeAddrspec(address.Address);

    /// <summary>Right side of a Message-ID.</summary>
    public static string HostOf(MailboxAddress sender) => AsciiOf(sender)[(sender.LocalPart.Length + 1)..];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (UsesSmtp && From.Length == 0)
            yield return new ValidationResult("Mail:Smtp:Host is set, but Mail:From is empty.");
        if (From.Length > 0 && !MailboxAddress.TryParse(From, out _))
            yield return new ValidationResult("Mail:From is no address.");
        if (Smtp.Port is < 1 or > 65535)
            yield return new ValidationResult("Mail:Smtp:Port is no port.");
    }
}

internal sealed class SmtpOptions
{
    /// <summary>The mail server. Without one, mails are files in <c>mail</c> in the data directory.</summary>
    public string Host { get; init; } = "";

    /// <summary>The port of the mail server.</summary>
    public int Port { get; init; } = 587;

    /// <summary>The user name at the mail server; without one, no log-in.</summary>
    public string User { get; init; } = "";

    /// <summary>The password of that user: a secret.</summary>
    public string Password { get; init; } = "";

    /// <summary>StartTls, Tls from the first byte (port 465), or None for a relay on the same machine.</summary>
    public SmtpSecurity Security { get; init; } = SmtpSecurity.StartTls;

    /// <summary>Seconds for one response of the mail server; a whole message may take three times as long.</summary>
    public double TimeoutSeconds { get; init; } = 20;
}
