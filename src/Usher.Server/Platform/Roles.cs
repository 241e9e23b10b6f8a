namespace Usher.Server.Platform;

/// <summary>Role of a process. Any number of each may run on one PostgreSQL.</summary>
[Flags]
internal enum Roles
{
    /// <summary>Answers requests.</summary>
    Serve = 1,

    /// <summary>Runs background work: outbox messages and due jobs.</summary>
    Work = 2,
}

internal static class RolesOfTheProcess
{
    public static void Play(this IHostApplicationBuilder builder, Roles roles) => builder.Properties[typeof(Roles)] = roles;

    public static bool Plays(this IHostApplicationBuilder builder, Roles role) => builder.RolesPlayed().HasFlag(role);

    public static Roles RolesPlayed(this IHostApplicationBuilder builder) => builder.Properties.TryGetValue(typeof(Roles), out var roles) ? (Roles)roles : default;

    /// <summary>Registers a hosted service that runs in a worker and not in a process that only serves.</summary>
    public static void AddWork<T>(this IHostApplicationBuilder builder) where T : class, IHostedService
    {
        if (builder.Plays(Roles.Work))
            builder.Services.AddHostedService<T>();
    }
}
