namespace Usher.Server.Features.Notifications.Letters;

public enum Tone { Good, Plain, Warning, Bad }

/// <summary>Content of a mail before it becomes HTML and plain text, which show the same.</summary>
/// <param name="Preview">Text beside the subject in a list of mails.</param>
public sealed record Letter(string Subject, string Preview, string Heading, Tone Tone)
{
    /// <summary>Booking code, shown in large type.</summary>
    public string? Code { get; init; }
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Main link of the letter.</summary>
    public Link? Action { get; init; }
    public IReadOnlyList<Fact> Facts { get; init; } = [];
    public Table? Table { get; init; }
    public Picture? Picture { get; init; }
    public IReadOnlyList<string> After { get; init; } = [];
    public string Footer { get; init; } = "";
    public Attachment? Attachment { get; init; }
}

public sealed record Link(string Text, string Address);

/// <param name="Former">Previous value, if it has changed.</param>
public sealed record Fact(string Name, string Value, string? Former = null);

/// <summary>The first column is text, the others are figures. A phone shows two columns.</summary>
public sealed record Table(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<IReadOnlyList<string>> Totals);

public sealed record Picture(byte[] Png, string Description, int Width);

public sealed record Attachment(string FileName, string MediaType, string Content);
