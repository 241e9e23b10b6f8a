using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Sqlite.Migrations
{
    /// <summary>A list is counted and filtered off the index that sorts it, as on PostgreSQL.</summary>
    public partial class ListsOffOneIndex : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "ix_events_shown_created",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_currency",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_date",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_max_price",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_name",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_place",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_popularity",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_price",
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
                name: "ix_events_cancelled",
                table: "events",
                columns: new[] { "starts_at", "id", "publication", "over_at", "cancelled_at", "is_past" },
                filter: "cancelled_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_category",
                table: "events",
                columns: new[] { "category_key", "starts_at", "id", "over_at", "sold_out", "local_date", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_city",
                table: "events",
                columns: new[] { "city_key", "starts_at", "id", "over_at", "sold_out", "local_date", "category_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_country",
                table: "events",
                columns: new[] { "country_key", "starts_at", "id", "over_at", "sold_out", "local_date", "category_key", "city_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_created",
                table: "events",
                columns: new[] { "created_at", "id", "over_at", "sold_out", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_currency",
                table: "events",
                columns: new[] { "currency", "starts_at", "id", "over_at", "sold_out", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_date",
                table: "events",
                columns: new[] { "starts_at", "id", "over_at", "sold_out", "local_date", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_max_price",
                table: "events",
                columns: new[] { "max_price_scaled", "id", "over_at", "sold_out", "min_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_name",
                table: "events",
                columns: new[] { "name_key", "id", "over_at", "sold_out", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_place",
                table: "events",
                columns: new[] { "latitude", "longitude", "over_at", "sold_out", "id", "starts_at", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_popularity",
                table: "events",
                columns: new[] { "popularity", "id", "over_at", "sold_out", "local_date", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_price",
                table: "events",
                columns: new[] { "min_price_scaled", "id", "over_at", "sold_out", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                columns: new[] { "shuffle", "over_at", "sold_out", "category", "city", "country", "local_date", "min_price_scaled", "max_price_scaled", "currency", "starts_at", "category_key", "city_key", "country_key", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_sold_out",
                table: "events",
                columns: new[] { "starts_at", "id", "over_at", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past AND sold_out");

            migrationBuilder.CreateIndex(
                name: "ix_events_starts_at_id",
                table: "events",
                columns: new[] { "starts_at", "id", "publication", "cancelled_at", "over_at", "sold_out", "is_past" });
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
                name: "ix_events_shown_created",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_currency",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_date",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_max_price",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_name",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_place",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_popularity",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_price",
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
                name: "ix_events_cancelled",
                table: "events",
                columns: new[] { "starts_at", "id" },
                filter: "cancelled_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_category",
                table: "events",
                columns: new[] { "category_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_city",
                table: "events",
                columns: new[] { "city_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_country",
                table: "events",
                columns: new[] { "country_key", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_created",
                table: "events",
                columns: new[] { "created_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_currency",
                table: "events",
                columns: new[] { "currency", "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_date",
                table: "events",
                columns: new[] { "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_max_price",
                table: "events",
                columns: new[] { "max_price_scaled", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_name",
                table: "events",
                columns: new[] { "name_key", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_place",
                table: "events",
                columns: new[] { "latitude", "longitude" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_popularity",
                table: "events",
                columns: new[] { "popularity", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_price",
                table: "events",
                columns: new[] { "min_price_scaled", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                column: "shuffle",
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

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
