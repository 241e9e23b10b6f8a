using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class AuditAndCoveringIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "ix_events_shown_shuffle",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_sold_out",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_starts_at_id",
                table: "events");

            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    action = table.Column<short>(type: "smallint", nullable: false),
                    actor_id = table.Column<Guid>(type: "uuid", nullable: true),
                    event_id = table.Column<Guid>(type: "uuid", nullable: true),
                    ticket_type_id = table.Column<Guid>(type: "uuid", nullable: true),
                    booking_id = table.Column<Guid>(type: "uuid", nullable: true),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entries", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_events_cancelled",
                table: "events",
                columns: new[] { "starts_at", "id" },
                filter: "cancelled_at IS NOT NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "publication", "over_at" });

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
                name: "ix_events_shown_currency",
                table: "events",
                columns: new[] { "currency", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_max_price",
                table: "events",
                columns: new[] { "max_price_scaled", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "min_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                column: "shuffle",
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "category", "city", "country", "local_date", "min_price_scaled", "max_price_scaled", "currency", "starts_at" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_sold_out",
                table: "events",
                columns: new[] { "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past AND sold_out")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at" });

            migrationBuilder.CreateIndex(
                name: "ix_events_starts_at_id",
                table: "events",
                columns: new[] { "starts_at", "id" })
                .Annotation("Npgsql:IndexInclude", new[] { "publication", "cancelled_at", "over_at", "sold_out" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_actor_id_id",
                table: "audit_entries",
                columns: new[] { "actor_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_event_id_id",
                table: "audit_entries",
                columns: new[] { "event_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_user_id_id",
                table: "audit_entries",
                columns: new[] { "user_id", "id" });

            migrationBuilder.Sql("""
                CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'An audit entry is never changed.'; END $$;
                CREATE TRIGGER tr_audit_entries_never_changed BEFORE UPDATE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TRIGGER tr_audit_entries_never_changed ON audit_entries; DROP FUNCTION refuse_change();");

            migrationBuilder.DropTable(
                name: "audit_entries");

            migrationBuilder.DropIndex(
                name: "ix_events_cancelled",
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
                name: "ix_events_shown_currency",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_max_price",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_shuffle",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_sold_out",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_starts_at_id",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_category",
                table: "events",
                columns: new[] { "category_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_city",
                table: "events",
                columns: new[] { "city_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_country",
                table: "events",
                columns: new[] { "country_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                column: "shuffle",
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "category", "city", "country", "local_date", "min_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_sold_out",
                table: "events",
                columns: new[] { "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past AND sold_out");

            migrationBuilder.CreateIndex(
                name: "ix_events_starts_at_id",
                table: "events",
                columns: new[] { "starts_at", "id" });
        }
    }
}
