#!/usr/bin/env bash
# NSwag.ConsoleCore 14.8.0 (dotnet tool, NJsonSchema 11.6.2), C#, openapi2csclient. Needs: dotnet (SDK 10), NuGet.
#
# Guess: /jsonLibrary chooses who writes the JSON, and not what the JSON says.
# Instead: of the same document and the same object with one member set, the client for Newtonsoft.Json sends that member and
#   the values of non-nullable types; the client for System.Text.Json sends every optional member, as null, 0 or the first of
#   the enum. Newtonsoft's properties are marked NullValueHandling.Ignore, those of System.Text.Json have no JsonIgnore. A value
#   of an enum goes out as `a_b` from the one and as `A_b`, the name of the C# member, from the other, whose converter does not
#   read the EnumMember attribute beside it. And both send the four letters `null`, as application/json, for a request body that
#   the document says may be left out and that was left out.
# Why it matters: a PATCH or partial PUT of one member clears all others; a booking is confirmed with `null` for a body.
#   What helps: /generateOptionalPropertiesAsNullable:true and DefaultIgnoreCondition = WhenWritingNull in
#   UpdateJsonSerializerSettings; a server that takes null for an absent body, and enums in any case.
# Seen since: 14.8.0, November 2026.
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
dotnet tool install NSwag.ConsoleCore --version 14.8.0 --tool-path tool >/dev/null

cat >document.json <<'JSON'
{ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "paths": { "/thing": {
  "patch": { "operationId": "Change", "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Change" } } } }, "responses": { "204": { "description": "Done" } } },
  "put": { "operationId": "Confirm", "requestBody": { "required": false, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Change" } } } }, "responses": { "204": { "description": "Done" } } } } },
  "components": { "schemas": {
    "Change": { "type": "object", "properties": { "name": { "type": "string" }, "note": { "type": ["string", "null"] }, "place": { "type": ["string", "null"] }, "kind": { "$ref": "#/components/schemas/Kind" } } },
    "Kind": { "type": "string", "enum": ["a_b", "other"] } } } }
JSON
cat >Program.cs <<'CS'
var http = new HttpClient(new Listener()) { BaseAddress = new Uri("http://example.org/") };
await new Newtonsoft.Client(http).ChangeAsync(new() { Note = "x" });
await new SystemText.Client(http).ChangeAsync(new() { Note = "x" });
await new Newtonsoft.Client(http).ConfirmAsync();
await new SystemText.Client(http).ConfirmAsync();

sealed class Listener : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        Console.WriteLine(request.Content is null ? "no body" : await request.Content.ReadAsStringAsync(stop));
        return new(System.Net.HttpStatusCode.NoContent);
    }
}
CS
cat >walk.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><NoWarn>CS8618;CS8603;CS8625</NoWarn></PropertyGroup>
  <ItemGroup><Compile Remove="tool/**" /><PackageReference Include="Newtonsoft.Json" Version="13.0.4" /></ItemGroup>
</Project>
XML
for library in NewtonsoftJson SystemTextJson; do
  tool/nswag openapi2csclient /input:document.json /output:$library.cs /namespace:${library/Json/} /className:Client /jsonLibrary:$library /generateOptionalParameters:true /useBaseUrl:false /injectHttpClient:true >/dev/null
done
tool/nswag version | grep -m 1 "NSwag version"
dotnet build -v q -o out >build.log 2>&1 || { cat build.log; exit 1; }
mapfile -t sent < <(dotnet out/walk.dll)
printf '%s\n' "Newtonsoft.Json, one member:   ${sent[0]}" "System.Text.Json, one member:  ${sent[1]}" "Newtonsoft.Json, no body:      ${sent[2]}" "System.Text.Json, no body:     ${sent[3]}"
[ "${sent[0]}" = '{"note":"x","kind":"a_b"}' ] && [ "${sent[1]}" = '{"name":null,"note":"x","place":null,"kind":"A_b"}' ] && [ "${sent[2]} ${sent[3]}" = "null null" ] ||
  { echo "CHANGED"; exit 1; }
echo "As described: the library decides what is sent."
