namespace Usher.Bench.Abuse;

/// <param name="Name">In the table.</param>
/// <param name="What">Goes on.</param>
/// <param name="Buyers">Connections of those who buy.</param>
/// <param name="Steady">At a fixed share of what the server can do; else as fast as they are served.</param>
/// <param name="Storm">The kind of storm beside it, and its connections.</param>
/// <param name="Beside">The scenario that this one is compared with.</param>
/// <param name="Settings">Of the server.</param>
internal sealed record Scenario(
    string Name, string What, int Buyers, bool Steady, (string Kind, int Connections)? Storm = null, string? Beside = null, (string, string)[]? Settings = null);

internal static class Scenarios
{
    public const string Calm = "calm", LogIns = "log-ins", Slow = "slow", Bots = "bots", Readers = "readers", Full = "full", FullLogIns = "full-log-ins", Crowd = "crowd", Turned = "turned-away";

    public static readonly Scenario[] All =
    [
        new(Calm, "buyers at a steady pace, no storm", 256, Steady: true),
        new(LogIns, "the same, and 1,000 connections that log in with wrong passwords, each time another account and address", 256, Steady: true, (StormCommand.LogIns, 1000), Calm),
        new(Slow, "the same, and 1,000 connections whose headers or bodies come a byte at a time", 256, Steady: true, (StormCommand.Slow, 1000), Calm),
        new(Bots, "the same, and 2,560 connections of 8 accounts that book without a pause, refused or not", 256, Steady: true, (StormCommand.Bots, 2560), Calm),
        new(Readers, "the same, and 256 connections that search without a pause, each time for something else", 256, Steady: true, (StormCommand.Readers, 256), Calm),
        new(Full, "256 buyers, each as fast as they are served", 256, Steady: false),
        new(FullLogIns, "the same, and the log-ins", 256, Steady: false, (StormCommand.LogIns, 1000), Full),
        new(Crowd, "ten times as many", 2560, Steady: false, null, Full),
        new(Turned, "ten times as many, and only 256 may wait", 2560, Steady: false, null, Full, [("Selling__QueueLength", "256")]),
    ];
}
