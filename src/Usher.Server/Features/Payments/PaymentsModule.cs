using Usher.Server.Platform;

namespace Usher.Server.Features.Payments;

internal static class PaymentsModule
{
    public static void AddPayments(this IHostApplicationBuilder builder) => builder.AddWork<SettlePayments>();
}
