namespace Usher.Server.Features.Notifications.Letters;

public enum Tone { Good, Plain, Warning, Bad }

/// <summary>What a mail says, before it becomes HTML and plain text: both show the same.</summary>
/// <param name="Preview">What a list of mails shows beside the subject.</param>
public sealed record Letter(string Subject, string Preview, string Heading, Tone Tone)
{
    /// <summary>The booking code, shown large.</summary>
    public string? Code { get; init; }
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>What the reader is asked to do.</summary>
    public Link? Action { get; init; }
    public IReadOnlyList<Fact> Facts { get; init; } = [];
    public Table? Table { get; init; }
    public Picture? Picture { get; init; }
    public IReadOnlyList<string> After { get; init; } = [];
    public string Footer { get; init; } = "";
    public Attachment? Attachment { get; init; }
}

public sealed record Link(string Text, string Address);

/// <param name="Former">What it was before, where that has changed.</param>
public sealed record Fact(string Name, string Value, string? Former = null);

/// <summary>The first column is text, the others are figures; two columns are as much as a phone shows.</summary>
public sealed record Table(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<IReadOnlyList<string>> Totals);

public sealed record Picture(byte[] Png, string Description, int Width);

public sealed record Attachment(string FileName, string MediaType, string Content);
