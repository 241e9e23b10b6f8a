using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Features.Catalog;

internal sealed class CatalogOptions
{
    public const string Section = "Catalog";

    /// <summary>ISO 4217: the currency of an event that names none.</summary>
    [RegularExpression("[A-Z]{3}")]
    public string DefaultCurrency { get; init; } = "EUR";

    /// <summary>Seconds between two looks at which events are past and how popular they are.</summary>
    [Range(0.1, 3600)]
    public double RefreshSeconds { get; init; } = 20;
}
