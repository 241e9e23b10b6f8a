#!/usr/bin/env bash
# MimeKit 4.18.2 (NuGet, needs the .NET 10 SDK): a message prepared for seven bits, whose host has an umlaut.
#
# Guess: Prepare(EncodingConstraint.SevenBit) and FormatOptions.International = false give a message of ASCII alone: the hosts in
#   From and Reply-To become xn--….
# Instead: Message-Id, References, In-Reply-To and Content-Id go out with the same host as raw UTF-8. Two headers of one message
#   name one host in two ways, and the second is refused or mangled by a server without SMTPUTF8.
# Why it matters: the Message-ID of a ticket is made from the sender's host. MailboxAddress.EncodeAddrspec, before anything is
#   made of the address, is the way out.
# Seen: November 2026; asked about, for one header, in jstedfast/MimeKit#706.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="MimeKit" Version="4.18.2" /></ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using System.Text;
using MimeKit;

const string Host = "bühne.example";
var message = new MimeMessage { Subject = "Confirmed", MessageId = $"1@{Host}", InReplyTo = $"2@{Host}" };
message.From.Add(new MailboxAddress("Box Office", $"tickets@{Host}"));
message.ReplyTo.Add(new MailboxAddress("Box Office", $"tickets@{Host}"));
message.To.Add(new MailboxAddress("Zoe", "zoe@example.com"));
message.References.Add($"2@{Host}");
message.Body = new TextPart("plain") { Text = "Two tickets", ContentId = $"3@{Host}" };
message.Prepare(EncodingConstraint.SevenBit);
using var bytes = new MemoryStream();
message.WriteTo(new FormatOptions { International = false }, bytes);
var lines = Encoding.UTF8.GetString(bytes.ToArray()).Split('\n').Where(line => line.Contains("hne", StringComparison.Ordinal)).ToList();
Console.WriteLine(typeof(MimeMessage).Assembly.GetName().Version);
lines.ForEach(Console.WriteLine);
var raw = lines.Where(line => line.Contains(Host, StringComparison.Ordinal)).Select(line => line.Split(':')[0]).Order(StringComparer.Ordinal);
return string.Join(' ', raw) == "Content-Id In-Reply-To Message-Id References" ? 0 : 1;
CS
dotnet run
