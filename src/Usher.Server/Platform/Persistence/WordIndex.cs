namespace Usher.Server.Platform.Persistence;

/// <summary>The texts of an event that are searched by words.</summary>
internal enum WordIndex
{
    /// <summary>Name, description, venue and city.</summary>
    Search,

    /// <summary>Location, venue, city and country.</summary>
    Place,
}
