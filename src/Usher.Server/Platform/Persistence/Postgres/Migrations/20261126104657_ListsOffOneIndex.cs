using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
{
    /// <summary>The most popular of a category or a city are come by without their rows.</summary>
    public partial class ListsOffOneIndex : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_shown_popularity",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_popularity",
                table: "events",
                columns: new[] { "popularity", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_shown_popularity",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_popularity",
                table: "events",
                columns: new[] { "popularity", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out" });
        }
    }
}
