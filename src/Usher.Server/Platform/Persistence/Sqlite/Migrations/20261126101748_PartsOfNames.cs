using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Sqlite.Migrations
{
    /// <summary>An index of the threes of letters in names.</summary>
    public partial class PartsOfNames : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The names come folded. Which names have which threes of letters is enough: whether they stand in a row is looked at there.
            migrationBuilder.Sql("""
                CREATE VIEW event_names AS SELECT n.number, e.name_key FROM event_numbers n JOIN events e ON e.id = n.event_id;
                CREATE VIRTUAL TABLE event_name_parts USING fts5 (name_key, content = 'event_names', content_rowid = 'number', tokenize = 'trigram case_sensitive 1', detail = 'none');

                INSERT INTO event_name_parts (event_name_parts) VALUES ('rebuild');

                CREATE TRIGGER event_name_parts_insert AFTER INSERT ON event_numbers BEGIN
                    INSERT INTO event_name_parts (rowid, name_key) SELECT new.number, name_key FROM events WHERE id = new.event_id;
                END;
                CREATE TRIGGER event_name_parts_update AFTER UPDATE OF name_key ON events BEGIN
                    INSERT INTO event_name_parts (event_name_parts, rowid, name_key)
                        SELECT 'delete', number, old.name_key FROM event_numbers WHERE event_id = old.id;
                    INSERT INTO event_name_parts (rowid, name_key) SELECT number, new.name_key FROM event_numbers WHERE event_id = new.id;
                END;
                CREATE TRIGGER event_name_parts_delete BEFORE DELETE ON events BEGIN
                    INSERT INTO event_name_parts (event_name_parts, rowid, name_key)
                        SELECT 'delete', number, old.name_key FROM event_numbers WHERE event_id = old.id;
                END;
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP TRIGGER event_name_parts_delete;
                DROP TRIGGER event_name_parts_update;
                DROP TRIGGER event_name_parts_insert;
                DROP TABLE event_name_parts;
                DROP VIEW event_names;
                """);
        }
    }
}
