using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
{
    /// <summary>The index of the words in two: of what is on show, and of the rest; see docs/adr/0011.</summary>
    public partial class WordsOfWhatIsShown : Migration
    {
        private const string OnShow = "publication = 1 AND cancelled_at IS NULL AND NOT is_past";
        private const string TheRest = "publication <> 1 OR cancelled_at IS NOT NULL OR is_past";

        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql($"""
                DROP INDEX ix_events_search_words;
                DROP INDEX ix_events_place_words;
                CREATE INDEX ix_events_shown_search_words ON events USING gin (search_words(search_text)) WITH (fastupdate = off) WHERE {OnShow};
                CREATE INDEX ix_events_shown_place_words ON events USING gin (search_words(place_text)) WITH (fastupdate = off) WHERE {OnShow};
                CREATE INDEX ix_events_other_search_words ON events USING gin (search_words(search_text)) WITH (fastupdate = off) WHERE {TheRest};
                CREATE INDEX ix_events_other_place_words ON events USING gin (search_words(place_text)) WITH (fastupdate = off) WHERE {TheRest};
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP INDEX ix_events_shown_search_words;
                DROP INDEX ix_events_shown_place_words;
                DROP INDEX ix_events_other_search_words;
                DROP INDEX ix_events_other_place_words;
                CREATE INDEX ix_events_search_words ON events USING gin (search_words(search_text)) WITH (fastupdate = off);
                CREATE INDEX ix_events_place_words ON events USING gin (search_words(place_text)) WITH (fastupdate = off);
                """);
        }
    }
}
