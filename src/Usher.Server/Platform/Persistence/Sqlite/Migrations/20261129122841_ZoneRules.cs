using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ZoneRules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "local_sales_end",
                table: "ticket_types",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_sales_start",
                table: "ticket_types",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "date_is_instant",
                table: "events",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_deadline",
                table: "events",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_end",
                table: "events",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_sales_end",
                table: "events",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_sales_start",
                table: "events",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "zone_rules",
                columns: table => new
                {
                    zone = table.Column<string>(type: "TEXT", nullable: false),
                    fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<string>(type: "TEXT", nullable: true),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    followed_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_zone_rules", x => new { x.zone, x.fingerprint });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "zone_rules");

            migrationBuilder.DropColumn(
                name: "local_sales_end",
                table: "ticket_types");

            migrationBuilder.DropColumn(
                name: "local_sales_start",
                table: "ticket_types");

            migrationBuilder.DropColumn(
                name: "date_is_instant",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_deadline",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_end",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_sales_end",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_sales_start",
                table: "events");
        }
    }
}
