#!/usr/bin/env bash
# Microsoft.EntityFrameworkCore.Sqlite 10.0.15 (SQLite as bundled with it)
#
# One would guess: reading one parent by its key with Include(children).ThenInclude(their one-to-one part) costs as much as
# that parent has children; all foreign keys are indexed.
#
# Instead: EF Core writes LEFT JOIN (SELECT … FROM children LEFT JOIN parts …) ON …. SQLite cannot flatten a subquery that
# is a join into the right side of a LEFT JOIN, so it makes a table of ALL children first (MATERIALIZE, SCAN). The plan says
# so, the time grows with the table, and no index helps. The children alone, without their part, are found by index. It is
# also found by index when the Include repeats the parent's key, Include(p => p.Children.Where(c => c.ParentId == id)), which
# changes nothing of the result.
#
# Why it matters: an event with its ticket types and their stock is what a ticketing system reads most. One event cost 148 ms
# among 30,000 and 1.6 s among 200,000; on PostgreSQL, which pulls such a subquery up, nothing of it is seen.
#
# Seen: November 2026.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.EntityFrameworkCore.Sqlite" Version="10.0.15" /></ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'CODE'
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

using var db = new Shop();
db.Database.EnsureDeleted();
db.Database.EnsureCreated();
var times = new Dictionary<(string, int), double>();
var plans = new Dictionary<string, string>();
foreach (var parents in new[] { 100, 30_000 })
{
    var from = db.Events.Count();
    for (var i = from; i < parents; i++)
        db.Add(new Event { Id = i + 1, Types = [new Kind { Name = "a", Stock = new Stock() }, new Kind { Name = "b", Stock = new Stock() }] });
    db.SaveChanges();
    db.ChangeTracker.Clear();
    var id = 7;
    foreach (var (name, query) in new (string, IQueryable<Event>)[]
    {
        ("children only", db.Events.AsNoTracking().Include(e => e.Types).Where(e => e.Id == id)),
        ("children and their part", db.Events.AsNoTracking().Include(e => e.Types).ThenInclude(t => t.Stock).Where(e => e.Id == id)),
        ("the same, key repeated", db.Events.AsNoTracking().Include(e => e.Types.Where(t => t.EventId == id)).ThenInclude(t => t.Stock).Where(e => e.Id == id)),
    })
    {
        if (query.Single().Types.Count != 2)
            throw new InvalidOperationException(name);
        var taken = new List<double>();
        for (var i = 0; i < 15; i++)
        {
            var since = Stopwatch.GetTimestamp();
            query.ToList();
            taken.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }
        times[(name, parents)] = taken.Order().ElementAt(7);
        using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + string.Join('\n', query.ToQueryString().Split('\n').Where(line => !line.StartsWith(".param"))).Replace("@id", "7");
        db.Database.OpenConnection();
        using var rows = command.ExecuteReader();
        var lines = new List<string>();
        while (rows.Read())
            lines.Add(rows.GetString(3));
        plans[name] = string.Join("; ", lines);
    }
}
Console.WriteLine($"EF Core {typeof(DbContext).Assembly.GetName().Version}, SQLite {db.Database.SqlQueryRaw<string>("SELECT sqlite_version() AS Value").AsEnumerable().Single()}");
foreach (var (name, plan) in plans)
    Console.WriteLine($"{name}: {times[(name, 100)]:0.00} ms among 100, {times[(name, 30_000)]:0.00} ms among 30,000\n  {plan}");
bool Scans(string name) => plans[name].Contains("MATERIALIZE") && plans[name].Contains("SCAN k");
var still = Scans("children and their part") && !Scans("children only") && !Scans("the same, key repeated")
    && times[("children and their part", 30_000)] > 5 * times[("the same, key repeated", 30_000)];
Console.WriteLine(still ? "as described" : "changed");
return still ? 0 : 1;

internal sealed class Event
{
    public int Id { get; set; }
    public List<Kind> Types { get; set; } = [];
}

internal sealed class Kind
{
    public int Id { get; set; }
    public int EventId { get; set; }
    public string Name { get; set; } = "";
    public Stock Stock { get; set; } = null!;
}

internal sealed class Stock
{
    public int Id { get; set; }
    public int KindId { get; set; }
    public int Sold { get; set; }
}

internal sealed class Shop : DbContext
{
    public DbSet<Event> Events => Set<Event>();

    protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseSqlite("Data Source=finding.db");

    protected override void OnModelCreating(ModelBuilder model) => model.Entity<Kind>().HasOne(k => k.Stock).WithOne().HasForeignKey<Stock>(s => s.KindId);
}
CODE
DOTNET_CLI_TELEMETRY_OPTOUT=1 dotnet run -v q
