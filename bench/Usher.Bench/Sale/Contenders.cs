using Usher.Bench.Baseline;
using Usher.Bench.Server;

namespace Usher.Bench.Sale;

/// <summary>Who takes part, in the order of the table.</summary>
internal static class Contenders
{
    public const string Usher = "usher";
    public const string UsherMany = "usher-1000";
    public const string UsherTwo = "usher-two";
    public const string UsherLimits = "usher-limits";
    public const string UsherTokens = "usher-tokens";
    public const string UsherSqlite = "usher-sqlite";
    public const string UsherGrown = "usher-5m";
    public const string Get = "usher-get";
    public const string GetToken = "usher-get-token";
    public const string Pgbench = "pgbench";
    public const string EntityFramework = "ef";
    public const string TokenRemembered = "token";
    public const string TokenChecked = "token-checked";
    public const string Empty = "empty";

    public static readonly Contender[] All =
    [
        new(Usher, "bookings, one hot ticket type, PostgreSQL", UsherContenders.HotRow),
        new(UsherMany, "bookings, 1,000 ticket types of 1,000 events", UsherContenders.ManyRows),
        new(UsherTwo, "bookings, two server processes on one hot ticket type", UsherContenders.TwoProcesses),
        new(UsherLimits, "bookings, one hot ticket type, every limit on and so wide that nobody meets it", UsherContenders.Limited),
        new(UsherTokens, "bookings, one hot ticket type, each with a token seen for the first time: signature checked, session looked up", UsherContenders.UnknownTokens),
        new(UsherSqlite, "bookings, one hot ticket type, SQLite", UsherContenders.OnSqlite),
        new(UsherGrown, "bookings, one hot ticket type, 5 million bookings before", UsherContenders.Grown),
        new(Get, "`GET /` without a token", UsherContenders.GetWithoutToken),
        new(GetToken, "`GET /` with a token, known from the second time on", UsherContenders.GetWithToken),
        new(Pgbench, "(a) the same rows without HTTP, a transaction each, best of 1, 2, 4, 16, 64 clients", Sale.Pgbench.Measure),
        new(EntityFramework, "(b) the same rows behind the same web server, EF Core, `FOR UPDATE`, a transaction each", BaselineContenders.Textbook),
        new(TokenRemembered, "(c) a POST that knows the token again and does nothing", BaselineContenders.TokenRemembered),
        new(TokenChecked, "a POST that checks the token's signature each time and does nothing", BaselineContenders.TokenChecked),
        new(Empty, "a POST that does nothing, without a token", BaselineContenders.Empty),
    ];

    /// <summary>Filling five million rows takes minutes, so that one only runs when it is named.</summary>
    public static readonly string[] Usual = [.. All.Select(contender => contender.Name).Where(name => name != UsherGrown)];

    public static readonly Goal[] SaleGoals =
    [
        new("usher ÷ pgbench", 10, report => report.Ratio(Usher, Pgbench)),
        new("usher ÷ ef", 50, report => report.Ratio(Usher, EntityFramework)),
        new("usher ÷ token", 0.5, report => report.Ratio(Usher, TokenRemembered)),
        new("usher p99, ms", 60, report => report.P99(Usher), AtMost: true),
        new("usher-1000 ÷ usher", 0.8, report => report.Ratio(UsherMany, Usher)),
        new("usher-sqlite ÷ usher", 0.5, report => report.Ratio(UsherSqlite, Usher)),
        new("usher-two ÷ usher", 0.6, report => report.Ratio(UsherTwo, Usher)),
        new("usher-limits ÷ usher", 0.9, report => report.Ratio(UsherLimits, Usher)),
        new("usher-get-token ÷ usher-get", 0.85, report => report.Ratio(GetToken, Get)),
        // "Must not fall" within what two runs of the same thing differ by.
        new("usher-5m ÷ usher", 0.95, report => report.Ratio(UsherGrown, Usher)),
    ];

    public static readonly Goal[] LatencyGoals =
        [new("p50 of usher ÷ p50 of ef", 1, report => report.LatencyRatio(Usher, EntityFramework), AtMost: true)];
}
