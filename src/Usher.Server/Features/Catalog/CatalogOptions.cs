using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Features.Catalog;

internal sealed class CatalogOptions
{
    public const string Section = "Catalog";

    /// <summary>ISO 4217: the currency of an event that names none.</summary>
    [RegularExpression("[A-Z]{3}")]
    public string DefaultCurrency { get; init; } = "EUR";
}
