using System.Text;

namespace Usher.IntegrationTests.Trust;

/// <summary>A request as it is sent to every server. For what stands in double brackets each of them has its own.</summary>
internal sealed record Attempt(string What)
{
    /// <summary>Another one than the operation's.</summary>
    public string? Method { get; init; }

    /// <summary>Another one than the operation's.</summary>
    public string? Path { get; init; }

    public string Query { get; init; } = "";

    public string? Body { get; init; }

    public string? ContentType { get; init; } = "application/json";

    public string? ContentEncoding { get; init; }

    /// <summary>How the body becomes bytes.</summary>
    public Func<string, byte[]> Encode { get; init; } = Encoding.UTF8.GetBytes;

    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>Without the token of the caller; one may be among the headers.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>Whether the address may be nobody's.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>What it tries to set although the server owns it: the path of the member, and the value.</summary>
    public IReadOnlyList<Owned> Owned { get; init; } = [];

    /// <param name="fill">Puts the things of a server where their names are.</param>
    public HttpContent? Content(Func<string, string> fill)
    {
        if (Body is null)
            return null;
        var content = new ByteArrayContent(Encode(fill(Body)));
        if (ContentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        if (ContentEncoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", ContentEncoding);
        return content;
    }
}

/// <param name="Path">Of the member, in the request and in the answer.</param>
internal sealed record Owned(object[] Path, string Value);
