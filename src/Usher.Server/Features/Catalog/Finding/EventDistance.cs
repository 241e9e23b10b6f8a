using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>Distance of events: a bounding box for the index, then the haversine.</summary>
internal static class EventDistance
{
    public static Sql Within(GeoPoint center, double km)
    {
        var (south, north, west, east) = center.BoxOf(km);
        var across = west <= east
            ? Sql.Of($"e.longitude BETWEEN {west} AND {east}")
            : Sql.Of($"(e.longitude >= {west} OR e.longitude <= {east})");
        // Rounding may move the sum of squares of a point and its antipode away from 1.
        return Sql.Of($"e.latitude BETWEEN {south} AND {north} AND {across} AND {HaversineFrom(center)} <= {GeoPoint.HaversineOf(km) + 1e-15}");
    }

    /// <summary>Grows with the distance; null without coordinates.</summary>
    public static Sql HaversineFrom(GeoPoint center)
    {
        var north = Sql.Of($"sin(radians(e.latitude - {center.Latitude}) / 2)");
        var east = Sql.Of($"sin(radians(e.longitude - {center.Longitude}) / 2)");
        return Sql.Of($"({north} * {north} + {Math.Cos(double.DegreesToRadians(center.Latitude))} * cos(radians(e.latitude)) * {east} * {east})");
    }
}
