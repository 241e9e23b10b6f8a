using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class FacetsOffOneIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_shown_shuffle",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                column: "shuffle",
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "category", "city", "country", "local_date", "min_price_scaled", "max_price_scaled", "currency", "starts_at", "category_key", "city_key", "country_key" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_shown_shuffle",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                column: "shuffle",
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "category", "city", "country", "local_date", "min_price_scaled", "max_price_scaled", "currency", "starts_at" });
        }
    }
}
