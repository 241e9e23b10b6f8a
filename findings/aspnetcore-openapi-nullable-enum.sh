#!/usr/bin/env bash
# Microsoft.AspNetCore.OpenApi 10.0.15, with its XML comments. Needs: dotnet (SDK 10), NuGet.
#
# Guess: the schema of an enum under components/schemas is the enum's own: it does not depend on who refers to it.
# Instead: it is written as it was met first. If the first endpoint of the program shows the enum as a nullable member that has
#   a comment of its own, the component has `null` among its values and no description, for every other member that refers to
#   it too, also where null never comes; if an endpoint with a plain member is mapped before, it has neither fault. A record in
#   the same place keeps its description and gets no null.
# Why it matters: mapping another endpoint first changes types that nobody touched: the state of a booking may be null in the
#   generated clients of every other answer, or loses what is said of it. Here, one schema of problems stands in all operations
#   and has such a member, so it was the first to be met.
# Seen since: 10.0.15, November 2026.
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

cat >shop.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable><GenerateDocumentationFile>true</GenerateDocumentationFile><NoWarn>CS1591</NoWarn></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.AspNetCore.OpenApi" Version="10.0.15" /></ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

foreach (var nullableFirst in (bool[])[false, true])
{
    var builder = WebApplication.CreateBuilder();
    builder.Logging.ClearProviders();
    builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
    builder.Services.AddOpenApi();
    await using var app = builder.Build();
    if (nullableFirst)
        app.MapGet("/wish", () => new Wish(null, null));
    app.MapGet("/shirt", () => new Shirt(Colour.Red, new("M")));
    if (!nullableFirst)
        app.MapGet("/wish", () => new Wish(null, null));
    app.MapOpenApi();
    app.Urls.Add("http://127.0.0.1:0");
    await app.StartAsync();
    using var http = new HttpClient();
    var schemas = JsonNode.Parse(await http.GetStringAsync($"{app.Urls.First()}/openapi/v1.json"))!["components"]!["schemas"]!;
    Console.WriteLine($"Colour {schemas["Colour"]!.ToJsonString()} Size {schemas["Size"]!["description"]!.ToJsonString()}");
}

/// <summary>Of the cloth.</summary>
public enum Colour { Red, Blue }

/// <summary>Of the body.</summary>
public record Size(string Name);

public record Shirt(Colour Colour, Size Size);

/// <param name="Colour">If any.</param>
/// <param name="Size">If any.</param>
public record Wish(Colour? Colour, Size? Size);
CS
dotnet build -v q -o out >build.log 2>&1 || { cat build.log; exit 1; }
mapfile -t seen < <(dotnet out/shop.dll)
printf '%s\n' "Microsoft.AspNetCore.OpenApi 10.0.15" "a plain member first:    ${seen[0]}" "a nullable member first: ${seen[1]}"
[ "${seen[0]}" = 'Colour {"enum":["Red","Blue"],"description":"Of the cloth."} Size "Of the body."' ] &&
  [ "${seen[1]}" = 'Colour {"enum":["Red","Blue",null]} Size "Of the body."' ] || { echo "CHANGED"; exit 1; }
echo "As described: who comes first writes the enum."
