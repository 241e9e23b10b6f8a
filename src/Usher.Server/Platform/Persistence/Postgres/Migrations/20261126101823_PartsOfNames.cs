using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
{
    /// <summary>The index of the names' parts in two, as that of the words is.</summary>
    public partial class PartsOfNames : Migration
    {
        private const string OnShow = "publication = 1 AND cancelled_at IS NULL AND NOT is_past";
        private const string TheRest = "publication <> 1 OR cancelled_at IS NOT NULL OR is_past";

        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql($"""
                DO $$ BEGIN
                    DROP INDEX IF EXISTS ix_events_name_parts;
                    CREATE INDEX ix_events_shown_name_parts ON events USING gin (name_key gin_trgm_ops) WITH (fastupdate = off) WHERE {OnShow};
                    CREATE INDEX ix_events_other_name_parts ON events USING gin (name_key gin_trgm_ops) WITH (fastupdate = off) WHERE {TheRest};
                EXCEPTION WHEN undefined_object THEN
                    RAISE NOTICE 'pg_trgm is not there: names are searched without it.';
                END $$;
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DO $$ BEGIN
                    DROP INDEX IF EXISTS ix_events_shown_name_parts;
                    DROP INDEX IF EXISTS ix_events_other_name_parts;
                    CREATE INDEX ix_events_name_parts ON events USING gin (name_key gin_trgm_ops) WITH (fastupdate = off);
                EXCEPTION WHEN undefined_object THEN
                    RAISE NOTICE 'pg_trgm is not there: names are searched without it.';
                END $$;
                """);
        }
    }
}
