using System.ComponentModel.DataAnnotations;
using Usher.Domain;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Accounts;

/// <summary>A dot-atom at a host name; see <see cref="EmailAddress"/>.</summary>
internal sealed class EmailAttribute() : ValidationAttribute("It is not an e-mail address.")
{
    public override bool IsValid(object? value) => value is null || (value is string text && EmailAddress.IsValid(text));
}

/// <summary>One visible line; see <see cref="Text.IsName"/>.</summary>
internal sealed class NameAttribute() : ValidationAttribute("It must have a visible character, and no control characters or bidirectional overrides.")
{
    public override bool IsValid(object? value) => value is null || (value is string text && Text.IsName(text));
}

/// <summary>A name of the IANA time zone database in its own spelling.</summary>
internal sealed class IanaTimeZoneAttribute() : ValidationAttribute("It is not an IANA time zone such as Europe/Vienna.")
{
    public override bool IsValid(object? value) => value is null || (value is string text && Zones.TryFind(text, out _));
}

/// <summary>For a patch, which may leave it out but not remove it.</summary>
internal sealed class NotRemovableAttribute() : ValidationAttribute("It cannot be removed.")
{
    public override bool IsValid(object? value) => value is not null;
}
