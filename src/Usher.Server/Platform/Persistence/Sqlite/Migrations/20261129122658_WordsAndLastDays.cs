using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class WordsAndLastDays : Migration
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
                name: "ix_events_shown_date",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_popularity",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_shown_shuffle",
                table: "events");

            migrationBuilder.AddColumn<int>(
                name: "derived_by",
                table: "events",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "lasting",
                table: "events",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "local_end_date",
                table: "events",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_events_lasting",
                table: "events",
                columns: new[] { "over_at", "starts_at", "id", "sold_out", "local_date", "local_end_date", "lasting", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "lasting");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_category",
                table: "events",
                columns: new[] { "category_key", "starts_at", "id", "over_at", "sold_out", "local_date", "local_end_date", "lasting", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_city",
                table: "events",
                columns: new[] { "city_key", "starts_at", "id", "over_at", "sold_out", "local_date", "local_end_date", "lasting", "category_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_country",
                table: "events",
                columns: new[] { "country_key", "starts_at", "id", "over_at", "sold_out", "local_date", "local_end_date", "lasting", "category_key", "city_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_date",
                table: "events",
                columns: new[] { "starts_at", "id", "over_at", "sold_out", "local_date", "local_end_date", "lasting", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_popularity",
                table: "events",
                columns: new[] { "popularity", "id", "over_at", "sold_out", "local_date", "local_end_date", "lasting", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                columns: new[] { "shuffle", "over_at", "sold_out", "category", "city", "country", "local_date", "local_end_date", "lasting", "min_price_scaled", "max_price_scaled", "currency", "starts_at", "category_key", "city_key", "country_key", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_to_derive",
                table: "events",
                column: "id",
                filter: "derived_by < 1");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
                name: "derived_by",
                table: "events");

            migrationBuilder.DropColumn(
                name: "lasting",
                table: "events");

            migrationBuilder.DropColumn(
                name: "local_end_date",
                table: "events");

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
                name: "ix_events_shown_date",
                table: "events",
                columns: new[] { "starts_at", "id", "over_at", "sold_out", "local_date", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_popularity",
                table: "events",
                columns: new[] { "popularity", "id", "over_at", "sold_out", "local_date", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_shuffle",
                table: "events",
                columns: new[] { "shuffle", "over_at", "sold_out", "category", "city", "country", "local_date", "min_price_scaled", "max_price_scaled", "currency", "starts_at", "category_key", "city_key", "country_key", "publication", "cancelled_at", "is_past" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past");
        }
    }
}
