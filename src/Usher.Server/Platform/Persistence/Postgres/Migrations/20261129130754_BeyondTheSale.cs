using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class BeyondTheSale : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Those who were erased before are called what nobody can register either.
            migrationBuilder.Sql("""
                UPDATE users SET username = '~' || replace(id::text, '-', ''), username_key = '~' || replace(id::text, '-', ''), email_key = '~' || replace(id::text, '-', ''), email = '~' || replace(id::text, '-', '') || '@erased.invalid' WHERE erased_at IS NOT NULL
                """);

            migrationBuilder.DropIndex(
                name: "ix_events_shown_category",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_city",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_country",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_date",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_popularity",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_shuffle",
                table: "events");

            migrationBuilder.AddColumn<string>(
                name: "pending_email",
                table: "users",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "pending_email_key",
                table: "users",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "suspended_at",
                table: "users",
                type: "timestamp with time zone",
                nullable: true);

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

            migrationBuilder.AddColumn<string>(
                name: "origin",
                table: "sessions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "email_key",
                table: "former_addresses",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "date_is_instant",
                table: "events",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "derived_by",
                table: "events",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "lasting",
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
                name: "local_end_date",
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
                name: "former_events",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    starts_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ends_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    time_zone = table.Column<string>(type: "text", nullable: false),
                    location = table.Column<string>(type: "text", nullable: false),
                    venue = table.Column<string>(type: "text", nullable: true),
                    city = table.Column<string>(type: "text", nullable: true),
                    country = table.Column<string>(type: "text", nullable: true),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_former_events", x => x.id);
                    table.ForeignKey(
                        name: "fk_former_events_events_event_id",
                        column: x => x.event_id,
                        principalTable: "events",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "imports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organizer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    first_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_id = table.Column<Guid>(type: "uuid", nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_imports", x => x.id);
                    table.ForeignKey(
                        name: "fk_imports_users_organizer_id",
                        column: x => x.organizer_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "mail_counts",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    count = table.Column<int>(type: "integer", nullable: false),
                    last_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_mail_counts", x => x.key);
                });

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

            migrationBuilder.CreateIndex(
                name: "ix_sessions_expires_at",
                table: "sessions",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_refresh_tokens_used_at",
                table: "refresh_tokens",
                column: "used_at",
                filter: "used_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_former_addresses_email_key",
                table: "former_addresses",
                column: "email_key");

            migrationBuilder.CreateIndex(
                name: "ix_events_lasting",
                table: "events",
                columns: new[] { "over_at", "starts_at", "id" },
                filter: "lasting")
                .Annotation("Npgsql:IndexInclude", new[] { "sold_out", "local_date", "local_end_date", "lasting", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_category",
                table: "events",
                columns: new[] { "category_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "local_end_date", "lasting", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_city",
                table: "events",
                columns: new[] { "city_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "local_end_date", "lasting", "category_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_country",
                table: "events",
                columns: new[] { "country_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "local_end_date", "lasting", "category_key", "city_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_date",
                table: "events",
                columns: new[] { "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "local_end_date", "lasting", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_popularity",
                table: "events",
                columns: new[] { "popularity", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "local_end_date", "lasting", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                column: "shuffle",
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "category", "city", "country", "local_date", "local_end_date", "lasting", "min_price_scaled", "max_price_scaled", "currency", "starts_at", "category_key", "city_key", "country_key" });

            migrationBuilder.CreateIndex(
                name: "ix_events_to_derive",
                table: "events",
                column: "id",
                filter: "derived_by < 1");

            migrationBuilder.CreateIndex(
                name: "ix_former_events_changed_at",
                table: "former_events",
                column: "changed_at");

            migrationBuilder.CreateIndex(
                name: "ix_former_events_event_id_changed_at",
                table: "former_events",
                columns: new[] { "event_id", "changed_at" });

            migrationBuilder.CreateIndex(
                name: "ix_imports_organizer_id",
                table: "imports",
                column: "organizer_id");

            migrationBuilder.CreateIndex(
                name: "ix_mail_counts_last_at",
                table: "mail_counts",
                column: "last_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "former_events");

            migrationBuilder.DropTable(
                name: "imports");

            migrationBuilder.DropTable(
                name: "mail_counts");

            migrationBuilder.DropTable(
                name: "zone_rules");

            migrationBuilder.DropIndex(
                name: "ix_sessions_expires_at",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_refresh_tokens_used_at",
                table: "refresh_tokens");

            migrationBuilder.DropIndex(
                name: "ix_former_addresses_email_key",
                table: "former_addresses");

            migrationBuilder.DropIndex(
                name: "ix_events_lasting",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_category",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_city",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_country",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_date",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_popularity",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_shuffle",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_to_derive",
                table: "events");

            migrationBuilder.DropColumn(
                name: "pending_email",
                table: "users");

            migrationBuilder.DropColumn(
                name: "pending_email_key",
                table: "users");

            migrationBuilder.DropColumn(
                name: "suspended_at",
                table: "users");

            migrationBuilder.DropColumn(
                name: "local_sales_end",
                table: "ticket_types");

            migrationBuilder.DropColumn(
                name: "local_sales_start",
                table: "ticket_types");

            migrationBuilder.DropColumn(
                name: "origin",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "email_key",
                table: "former_addresses");

            migrationBuilder.DropColumn(
                name: "date_is_instant",
                table: "events");

            migrationBuilder.DropColumn(
                name: "derived_by",
                table: "events");

            migrationBuilder.DropColumn(
                name: "lasting",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_deadline",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_end",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_end_date",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_sales_end",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_sales_start",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_category",
                table: "events",
                columns: new[] { "category_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_city",
                table: "events",
                columns: new[] { "city_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "category_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_country",
                table: "events",
                columns: new[] { "country_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "category_key", "city_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_date",
                table: "events",
                columns: new[] { "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_popularity",
                table: "events",
                columns: new[] { "popularity", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                column: "shuffle",
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "category", "city", "country", "local_date", "min_price_scaled", "max_price_scaled", "currency", "starts_at", "category_key", "city_key", "country_key" });
        }
    }
}
