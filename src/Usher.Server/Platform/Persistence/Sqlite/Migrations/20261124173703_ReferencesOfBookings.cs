using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Sqlite.Migrations
{
    /// <summary>SQLite keeps its foreign keys, which cost no round trip and no lock there; see docs/adr/0009.</summary>
    public partial class ReferencesOfBookings : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
        }
    }
}
