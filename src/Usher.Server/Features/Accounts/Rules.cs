using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Usher.Domain;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Accounts;

/// <summary>Removes surrounding blanks from an address or username: phone keyboards add one, and copied text brings invisible characters.</summary>
internal sealed class CleanVisible : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Strict(options).Read(ref reader, typeToConvert, options) is { } text ? Text.CleanVisible(text) : null;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => Strict(options).Write(writer, value, options);

    private static JsonConverter<string> Strict(JsonSerializerOptions options) => (JsonConverter<string>)options.GetConverter(typeof(string));
}

/// <summary>A dot-atom at a host name; see <see cref="EmailAddress"/>.</summary>
internal sealed class EmailAttribute() : ValidationAttribute("The value must be a valid e-mail address.")
{
    public override bool IsValid(object? value) => value is null || (value is string text && EmailAddress.IsValid(text));
}

/// <summary>One visible line; see <see cref="Text.IsName"/>.</summary>
internal sealed class NameAttribute() : ValidationAttribute("The value must have a visible character, and no control characters or bidirectional overrides.")
{
    public override bool IsValid(object? value) => value is null || (value is string text && Text.IsName(Text.Clean(text)));
}

/// <summary>A name of the IANA time zone database in its own spelling.</summary>
internal sealed class IanaTimeZoneAttribute() : ValidationAttribute("The value must be an IANA time zone such as Europe/Vienna.")
{
    public override bool IsValid(object? value) => value is null || (value is string text && Zones.TryFind(text, out _));
}

/// <summary>For a member of a patch that may be omitted but not removed.</summary>
internal sealed class NotRemovableAttribute() : ValidationAttribute("This field cannot be removed.")
{
    public override bool IsValid(object? value) => value is not null;
}
