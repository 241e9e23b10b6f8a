namespace Usher.Server.Platform.Messaging;

/// <summary>Everything that is told. A message that has to say something else gets a new version, beside the old one for a while.</summary>
internal static class MessageTypes
{
    public const string AccountRegistered = "account.registered.v1";
    public const string VerificationAsked = "account.verification-asked.v1";
    public const string PasswordResetAsked = "account.password-reset-asked.v1";
    public const string PasswordChanged = "account.password-changed.v1";
    public const string EmailChanged = "account.email-changed.v1";
    public const string SecondFactorOn = "account.second-factor-on.v1";
    public const string SecondFactorOff = "account.second-factor-off.v1";
    public const string RecoveryCodeUsed = "account.recovery-code-used.v1";
    public const string BookingHeld = "booking.held.v1";
    public const string BookingConfirmed = "booking.confirmed.v1";
    public const string BookingCancelled = "booking.cancelled.v1";
    public const string BookingExpired = "booking.expired.v1";

    /// <summary>It takes place at another time or place.</summary>
    public const string EventChanged = "event.changed.v1";
    public const string EventCancelled = "event.cancelled.v1";
}
