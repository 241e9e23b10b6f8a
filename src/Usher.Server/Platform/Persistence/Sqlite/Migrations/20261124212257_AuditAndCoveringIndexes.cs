using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AuditAndCoveringIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    action = table.Column<short>(type: "INTEGER", nullable: false),
                    actor_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    event_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    ticket_type_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    booking_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entries", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_events_cancelled",
                table: "events",
                columns: new[] { "starts_at", "id" },
                filter: "cancelled_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_currency",
                table: "events",
                columns: new[] { "currency", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_max_price",
                table: "events",
                columns: new[] { "max_price_scaled", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

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
                CREATE TRIGGER tr_audit_entries_never_changed BEFORE UPDATE ON audit_entries
                BEGIN SELECT RAISE(ABORT, 'An audit entry is never changed.'); END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TRIGGER tr_audit_entries_never_changed;");

            migrationBuilder.DropTable(
                name: "audit_entries");

            migrationBuilder.DropIndex(
                name: "ix_events_cancelled",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_currency",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_max_price",
                table: "events");
        }
    }
}
