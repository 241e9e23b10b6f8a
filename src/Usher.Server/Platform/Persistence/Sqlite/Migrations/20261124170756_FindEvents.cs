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

            // What is derived of rows that are there already.
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
                    shuffle = 1 * (instr('0123456789ABCDEF', substr(id, -1, 1)) - 1) + 16 * (instr('0123456789ABCDEF', substr(id, -2, 1)) - 1) + 256 * (instr('0123456789ABCDEF', substr(id, -3, 1)) - 1) + 4096 * (instr('0123456789ABCDEF', substr(id, -4, 1)) - 1) + 65536 * (instr('0123456789ABCDEF', substr(id, -5, 1)) - 1),
                    popularity = (SELECT CAST(2 * ln(1 + s.sold) / ln(2) AS INTEGER) FROM event_stock s WHERE s.event_id = id);
                """);

            // FTS5 knows rows by an integer that VACUUM must not change: that of a table whose key it is. The words come folded,
            // so the tokenizer has to part them at spaces only, whatever letters a newer Unicode has; "ascii" does.
            migrationBuilder.Sql("""
                CREATE TABLE event_numbers (number INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE);
                CREATE VIEW event_texts AS SELECT n.number, e.search_text, e.place_text FROM event_numbers n JOIN events e ON e.id = n.event_id;
                CREATE VIRTUAL TABLE event_words USING fts5 (search_text, place_text, content = 'event_texts', content_rowid = 'number', tokenize = 'ascii', detail = 'column');

                INSERT INTO event_numbers (event_id) SELECT id FROM events;
                INSERT INTO event_words (event_words) VALUES ('rebuild');

                CREATE TRIGGER event_words_insert AFTER INSERT ON events BEGIN
                    INSERT INTO event_numbers (event_id) VALUES (new.id);
                    INSERT INTO event_words (rowid, search_text, place_text)
                        SELECT number, new.search_text, new.place_text FROM event_numbers WHERE event_id = new.id;
                END;
                CREATE TRIGGER event_words_update AFTER UPDATE OF search_text, place_text ON events BEGIN
                    INSERT INTO event_words (event_words, rowid, search_text, place_text)
                        SELECT 'delete', number, old.search_text, old.place_text FROM event_numbers WHERE event_id = old.id;
                    INSERT INTO event_words (rowid, search_text, place_text)
                        SELECT number, new.search_text, new.place_text FROM event_numbers WHERE event_id = new.id;
                END;
                CREATE TRIGGER event_words_delete AFTER DELETE ON events BEGIN
                    INSERT INTO event_words (event_words, rowid, search_text, place_text)
                        SELECT 'delete', number, old.search_text, old.place_text FROM event_numbers WHERE event_id = old.id;
                    DELETE FROM event_numbers WHERE event_id = old.id;
                END;
                """);

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
            migrationBuilder.Sql("""
                DROP TRIGGER event_words_insert;
                DROP TRIGGER event_words_update;
                DROP TRIGGER event_words_delete;
                DROP TABLE event_words;
                DROP VIEW event_texts;
                DROP TABLE event_numbers;
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
