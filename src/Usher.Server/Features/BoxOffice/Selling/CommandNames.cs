namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>What commands are called in idempotency keys, labels and traces..</summary>
internal static class CommandNames
{
    public const string Book = "book", Confirm = "confirm", Cancel = "cancel", Expire = "expire";
}
