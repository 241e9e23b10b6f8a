using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Validation;
using Usher.Domain.BoxOffice;

namespace Usher.Server.Features.Payments.Contract;

/// <summary>How the buyer pays.</summary>
/// <param name="Token">A token of the built-in provider. <c>tok_ok</c> pays, <c>tok_declined</c> is declined, and <c>tok_timeout</c> is answered a moment later.</param>
[ValidatableType]
public sealed record PaymentRequest(
    [property: Required, RegularExpression("^tok_(ok|declined|timeout)$", ErrorMessage = "The value must be one of: tok_ok, tok_declined, tok_timeout.")] string? Token);

/// <summary>
/// A provider without a network. Its verdict on a token is known at once, so the command can include it. A real provider needs the sequence
/// hold, call, confirm, which a timeout uses here.
/// </summary>
internal static class OfflinePayments
{
    public static PaymentVerdict VerdictOf(PaymentRequest? payment) => payment?.Token switch
    {
        "tok_declined" => PaymentVerdict.Declined,
        "tok_timeout" => PaymentVerdict.Unanswered,
        _ => PaymentVerdict.Approved,
    };
}
