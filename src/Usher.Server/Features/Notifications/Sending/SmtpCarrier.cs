using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Usher.Server.Features.Notifications.Sending;

/// <summary>One connection to an SMTP server, reused for the next message.</summary>
internal sealed class SmtpCarrier(SmtpOptions options) : IMailCarrier
{
    // Some servers close a connection after a number of messages, and a new one may reach another machine.
    private const int MostPerConnection = 200;

    private Connection? _connection;
    private int _carried;

    public async Task<Delivery> Carry(MimeMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isFresh = _connection is not { IsConnected: true };
            if (isFresh && await Connect(cancellationToken) is { } unreachable)
                return unreachable;
            var delivery = await Try(message, cancellationToken);
            if (!delivery.IsDone || ++_carried >= MostPerConnection)
                await Drop();
            // The other end closed an idle connection: it received nothing of this message.
            if (isFresh || delivery.IsDone || delivery.Failed == Blame.Message || _recipientWasNamed)
                return delivery;
        }
    }

    private bool _recipientWasNamed;

    private async Task<Delivery?> Connect(CancellationToken cancellationToken)
    {
        await Drop();
        _carried = 0;
        using var patience = Patience(cancellationToken);
        _connection = new Connection { Timeout = (int)(options.TimeoutSeconds * 1000), CheckCertificateRevocation = false };
        try
        {
            await _connection.ConnectAsync(options.Host, options.Port, options.Security switch
            {
                SmtpSecurity.None => SecureSocketOptions.None,
                SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
                _ => SecureSocketOptions.StartTls,
            }, patience.Token);
            if (options.User.Length > 0)
                await _connection.AuthenticateAsync(options.User, options.Password, patience.Token);
            return null;
        }
        catch (Exception failure) when (IsOfTheWay(failure) && !cancellationToken.IsCancellationRequested)
        {
            await Drop();
            return Delivery.Refused(Blame.Server, failure is OperationCanceledException ? "The mail server does not answer." : failure.Message);
        }
    }

    private async Task<Delivery> Try(MimeMessage message, CancellationToken cancellationToken)
    {
        using var patience = Patience(cancellationToken);
        _recipientWasNamed = _connection!.RecipientWasNamed = false;
        try
        {
            var format = FormatOptions.Default.Clone();
            // A host name has an ASCII form; the local part does not.
            format.International = message.To.Mailboxes.Concat(message.From.Mailboxes).Any(m => !Ascii.IsValid(m.LocalPart)) && _connection.Capabilities.HasFlag(SmtpCapabilities.UTF8);
            await _connection.SendAsync(format, message, patience.Token);
            return Delivery.Done;
        }
        catch (SmtpCommandException no)
        {
            var blame = no.StatusCode == SmtpStatusCode.ServiceNotAvailable || no.ErrorCode == SmtpErrorCode.SenderNotAccepted ? Blame.Server
                : (int)no.StatusCode >= 500 ? Blame.Message
                : Blame.Domain;
            return Delivery.Refused(blame, $"{(int)no.StatusCode} {no.Message}");
        }
        catch (Exception never) when (never is NotSupportedException or FormatException)
        {
            return Delivery.Refused(Blame.Message, never.Message);
        }
        catch (Exception failure) when (IsOfTheWay(failure) && !cancellationToken.IsCancellationRequested)
        {
            return Delivery.Refused(Blame.Domain, failure is OperationCanceledException ? "The mail server was too slow." : failure.Message);
        }
        finally
        {
            _recipientWasNamed = _connection?.RecipientWasNamed == true;
        }
    }

    public Task Rest() => Drop();

    public async ValueTask DisposeAsync() => await Drop();

    private async Task Drop()
    {
        var connection = _connection;
        _connection = null;
        if (connection is null)
            return;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await connection.DisconnectAsync(quit: true, patience.Token);
        }
        catch (Exception gone) when (IsOfTheWay(gone))
        {
            // The connection is closed because it may be broken.
        }
        connection.Dispose();
    }

    /// <summary>A time limit for the whole exchange: a server that sends a byte at a time is as bad as one that sends nothing.</summary>
    private CancellationTokenSource Patience(CancellationToken cancellationToken)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(options.TimeoutSeconds * 3));
        return patience;
    }

    private static bool IsOfTheWay(Exception failure) => failure is SocketException or IOException or TimeoutException or OperationCanceledException
        or ProtocolException or CommandException or SslHandshakeException or MailKit.Security.AuthenticationException or NotSupportedException
        or ServiceNotConnectedException or ServiceNotAuthenticatedException;

    private sealed class Connection : SmtpClient
    {
        public bool RecipientWasNamed { get; set; }

        protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            RecipientWasNamed = true;
            base.OnRecipientAccepted(message, mailbox, response);
        }
    }
}
