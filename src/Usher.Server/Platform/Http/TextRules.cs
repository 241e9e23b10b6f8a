using System.ComponentModel.DataAnnotations;
using Usher.Domain;

namespace Usher.Server.Platform.Http;

/// <summary>A text of one line with at least one visible character. Its length counts the stored characters: trimmed and in NFC.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneLineAttribute : StringLengthAttribute
{
    public OneLineAttribute(int most) : base(most) => MinimumLength = 1;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is not string text || Problem(text, MaximumLength) is not { } problem ? ValidationResult.Success : new ValidationResult(problem);

    /// <summary>The error of such a text, or null.</summary>
    public static string? Problem(string value, int most)
    {
        var clean = Text.Clean(value);
        return !Text.IsName(clean) ? "The value must be one line of visible text, without control characters or text direction overrides."
            : clean.EnumerateRunes().Count() > most ? $"The value must have at most {most} characters."
            : null;
    }
}

/// <summary>A text of any number of lines, stored as it was sent.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal class PlainTextAttribute(int most) : StringLengthAttribute(most)
{
    protected virtual string? Problem(string text) => Text.IsPlain(text) ? null : "The text must not contain control characters other than line breaks and tabs.";

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is not string text ? ValidationResult.Success
        : Problem(text) is { } problem ? new ValidationResult(problem)
        : text.EnumerateRunes().Count() > MaximumLength ? new ValidationResult($"The value must have at most {MaximumLength} characters.")
        : ValidationResult.Success;
}

/// <summary>The same for text in a mail.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MessageAttribute(int most) : PlainTextAttribute(most)
{
    protected override string? Problem(string text) => Text.IsMessage(text) ? null
        : "The text must not contain text direction overrides, or control characters other than line breaks and tabs.";
}
