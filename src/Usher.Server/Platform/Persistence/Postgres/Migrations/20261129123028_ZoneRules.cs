using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
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
                type: "timestamp without time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_sales_start",
                table: "ticket_types",
                type: "timestamp without time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "date_is_instant",
                table: "events",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_deadline",
                table: "events",
                type: "timestamp without time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_end",
                table: "events",
                type: "timestamp without time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_sales_end",
                table: "events",
                type: "timestamp without time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_sales_start",
                table: "events",
                type: "timestamp without time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "zone_rules",
                columns: table => new
                {
                    zone = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<string>(type: "text", nullable: true),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    followed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
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
