using System.Globalization;

namespace Usher.Domain.Catalog;

/// <summary>A point on the earth, taken as a sphere. Degrees; north and east are positive.</summary>
public readonly record struct GeoPoint(double Latitude, double Longitude)
{
    public const double EarthRadiusKm = 6371.0088;

    /// <summary>Largest distance between two points.</summary>
    public const double FurthestKm = EarthRadiusKm * Math.PI;

    /// <summary>"48.2082,16.3738".</summary>
    public static bool TryParse(string text, out GeoPoint point)
    {
        point = default;
        if (text.Split(',') is not [var latitude, var longitude])
            return false;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        if (!double.TryParse(latitude, Style, CultureInfo.InvariantCulture, out var north) || !double.TryParse(longitude, Style, CultureInfo.InvariantCulture, out var east))
            return false;
        point = new GeoPoint(north, east);
        return Math.Abs(north) <= 90 && Math.Abs(east) <= 180;
    }

    /// <summary>Haversine of the angle between two points. It grows with their distance and needs no inverse function.</summary>
    public double HaversineTo(GeoPoint other)
    {
        var (north, east) = (Math.Sin(Radians(other.Latitude - Latitude) / 2), Math.Sin(Radians(other.Longitude - Longitude) / 2));
        return north * north + Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * east * east;
    }

    /// <summary>Haversine of a distance.</summary>
    public static double HaversineOf(double km)
    {
        var half = Math.Sin(Math.Min(km, FurthestKm) / EarthRadiusKm / 2);
        return half * half;
    }

    /// <summary>
    /// Latitudes and longitudes that enclose all points nearer than <paramref name="km"/>. West is greater than east if the box crosses the
    /// date line; around a pole it has all longitudes.
    /// </summary>
    public (double South, double North, double West, double East) BoxOf(double km)
    {
        var angle = km / EarthRadiusKm;
        // A little more on each side: what lies on the edge must not be lost to rounding.
        var reach = Degrees(angle) + 1e-9;
        var (south, north) = (Latitude - reach, Latitude + reach);
        if (south <= -90 || north >= 90)
            return (Math.Max(south, -90), Math.Min(north, 90), -180, 180);
        var across = Degrees(Math.Asin(Math.Min(1, Math.Sin(angle) / Math.Cos(Radians(Latitude))))) + 1e-9;
        if (across >= 180)
            return (south, north, -180, 180);
        return (south, north, Around(Longitude - across), Around(Longitude + across));
    }

    private static double Around(double longitude) => longitude < -180 ? longitude + 360 : longitude > 180 ? longitude - 360 : longitude;

    private static double Radians(double degrees) => double.DegreesToRadians(degrees);

    private static double Degrees(double radians) => double.RadiansToDegrees(radians);
}
