using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
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
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "max_price_scaled",
                table: "events",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "min_price_scaled",
                table: "events",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "popularity",
                table: "events",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "shuffle",
                table: "events",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "over_at",
                table: "events",
                type: "timestamp with time zone",
                nullable: false,
                computedColumnSql: "coalesce(ends_at, starts_at)",
                stored: true);

            // What is derived of rows that are there already. Words without end are cut as those of new rows are.
            migrationBuilder.Sql("""
                UPDATE events SET
                    name_key = substr(name_key, 1, 200),
                    city_key = substr(city_key, 1, 200),
                    country_key = substr(country_key, 1, 200),
                    min_price_scaled = min_price_minor * CASE
                        WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 10000
                        WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 10
                        WHEN currency IN ('CLF','UYW') THEN 1 ELSE 100 END,
                    max_price_scaled = max_price_minor * CASE
                        WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 10000
                        WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 10
                        WHEN currency IN ('CLF','UYW') THEN 1 ELSE 100 END,
                    shuffle = ('x' || right(id::text, 5))::bit(20)::int,
                    popularity = (SELECT floor(2 * ln(1 + s.sold) / ln(2)) FROM event_stock s WHERE s.event_id = id),
                    search_text = regexp_replace(search_text, '([^ ]{200})[^ ]+', '\1', 'g'),
                    place_text = regexp_replace(place_text, '([^ ]{200})[^ ]+', '\1', 'g')
                """);

            // The words as they stand, so that no parser of PostgreSQL takes them apart in a way of its own. The function tells its
            // cost and is not inlined: the planner would else call it for every row in the order of the dates rather than use the index.
            migrationBuilder.Sql("""
                CREATE FUNCTION search_words(words text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100
                AS $$ BEGIN RETURN pg_catalog.array_to_tsvector(pg_catalog.array_remove(pg_catalog.string_to_array(words, ' '), '')); END $$;
                CREATE INDEX ix_events_search_words ON events USING gin (search_words(search_text)) WITH (fastupdate = off);
                CREATE INDEX ix_events_place_words ON events USING gin (search_words(place_text)) WITH (fastupdate = off);
                """);

            // Text inside a name. Where the extension is not installed the same query reads the index of the names.
            migrationBuilder.Sql("""
                DO $$ BEGIN
                    CREATE EXTENSION IF NOT EXISTS pg_trgm;
                    CREATE INDEX ix_events_name_parts ON events USING gin (name_key gin_trgm_ops) WITH (fastupdate = off);
                EXCEPTION WHEN undefined_file OR insufficient_privilege OR feature_not_supported THEN
                    RAISE NOTICE 'pg_trgm is not there: names are searched without it.';
                END $$;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_events_organizer_id_starts_at_id",
                table: "events",
                columns: new[] { "organizer_id", "starts_at", "id" });

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
                name: "ix_events_shown_created",
                table: "events",
                columns: new[] { "created_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_date",
                table: "events",
                columns: new[] { "starts_at", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "local_date", "category_key", "city_key", "country_key", "currency", "min_price_scaled", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_name",
                table: "events",
                columns: new[] { "name_key", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_place",
                table: "events",
                columns: new[] { "latitude", "longitude" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "id", "starts_at" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_popularity",
                table: "events",
                columns: new[] { "popularity", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_price",
                table: "events",
                columns: new[] { "min_price_scaled", "id" },
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "max_price_scaled" });

            migrationBuilder.CreateIndex(
                name: "ix_events_shown_price_desc",
                table: "events",
                columns: new[] { "min_price_scaled", "id" },
                descending: new bool[0],
                filter: "publication = 1 AND cancelled_at IS NULL AND NOT is_past")
                .Annotation("Npgsql:IndexInclude", new[] { "over_at", "sold_out", "max_price_scaled" })
                .Annotation("Npgsql:IndexNullSortOrder", new[] { NullSortOrder.NullsLast, NullSortOrder.NullsLast });

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP INDEX IF EXISTS ix_events_name_parts;
                DROP INDEX ix_events_place_words;
                DROP INDEX ix_events_search_words;
                DROP FUNCTION search_words(text);
                """);

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
                name: "ix_events_shown_price_desc",
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
