using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class FindEvents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_local_date_id",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_organizer_id",
                table: "events");

            migrationBuilder.AddColumn<bool>(
                name: "is_past",
                table: "events",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "max_price_scaled",
                table: "events",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "min_price_scaled",
                table: "events",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "popularity",
                table: "events",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "shuffle",
                table: "events",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "over_at",
                table: "events",
                type: "INTEGER",
                nullable: false,
                computedColumnSql: "coalesce(ends_at, starts_at)",
                stored: false);

            migrationBuilder.CreateIndex(
                name: "ix_events_organizer_id_starts_at_id",
                table: "events",
                columns: new[] { "organizer_id", "starts_at", "id" });

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
                name: "ix_events_shown_date",
                table: "events",
                columns: new[] { "starts_at", "id" },
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_organizer_id_starts_at_id",
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
                name: "ix_events_shown_date",
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

            migrationBuilder.DropColumn(
                name: "over_at",
                table: "events");

            migrationBuilder.DropColumn(
                name: "is_past",
                table: "events");

            migrationBuilder.DropColumn(
                name: "max_price_scaled",
                table: "events");

            migrationBuilder.DropColumn(
                name: "min_price_scaled",
                table: "events");

            migrationBuilder.DropColumn(
                name: "popularity",
                table: "events");

            migrationBuilder.DropColumn(
                name: "shuffle",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_events_local_date_id",
                table: "events",
                columns: new[] { "local_date", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_events_organizer_id",
                table: "events",
                column: "organizer_id");
        }
    }
}
