#!/usr/bin/env bash
# Ical.Net 5.2.4 (NuGet, needs the .NET 10 SDK and zic, of Debian's libc-bin or tzdata): whose zone rules are in a calendar file?
#
# Guess: those of the machine, which TimeZoneInfo reads, and which its operator keeps up to date.
# Instead: those that NodaTime was compiled with. AddTimeZone writes a VTIMEZONE of old rules with an RRULE that never ends, and
#   CalDateTime.AsUtc reckons by them, whatever TZDIR or /usr/share/zoneinfo say.
# Why it matters: a government ends daylight saving, the operator upgrades tzdata, and the page says 12:00 where the file says
#   11:00. Nothing fails; a new version of a package that nobody thinks of is what is missing.
# Seen: November 2026.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# A machine that was told that Vancouver stays seven hours behind for good.
printf 'Zone America/Vancouver -8:00 - PST 2026 Mar 8 2:00\n -7:00 - PDT\n' >rules
PATH=$PATH:/usr/sbin zic -d zones rules

cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Ical.Net" Version="5.2.4" /></ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;

var noon = new DateTime(2030, 1, 15, 12, 0, 0);
var start = new CalDateTime(noon, "America/Vancouver");
var calendar = new Calendar();
calendar.Events.Add(new CalendarEvent { Summary = "Matinee", Start = start });
calendar.AddTimeZone("America/Vancouver");
var system = TimeZoneInfo.ConvertTimeToUtc(noon, TimeZoneInfo.FindSystemTimeZoneById("America/Vancouver"));
Console.WriteLine($"Ical.Net {typeof(Calendar).Assembly.GetName().Version}: noon is {start.AsUtc:HH:mm} UTC; the machine says {system:HH:mm}");
var file = new CalendarSerializer().SerializeToString(calendar)!;
foreach (var line in file.Split("\r\n").Where(line => line.StartsWith("RRULE", StringComparison.Ordinal) || line.StartsWith("TZOFFSETTO", StringComparison.Ordinal)))
    Console.WriteLine(line);
return (start.AsUtc.Hour, system.Hour) == (20, 19) && file.Contains("RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11", StringComparison.Ordinal) ? 0 : 1;
CS
dotnet build -v q >build.log 2>&1 || { cat build.log; exit 1; }
TZDIR=$folder/zones dotnet bin/Debug/net10.0/finding.dll
