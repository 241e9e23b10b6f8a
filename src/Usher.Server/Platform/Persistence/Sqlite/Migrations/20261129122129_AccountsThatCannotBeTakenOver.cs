using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AccountsThatCannotBeTakenOver : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Those who were erased before are called what nobody can register either.
            migrationBuilder.Sql("""
                UPDATE users SET username = '~' || replace(lower(id), '-', ''), username_key = '~' || replace(lower(id), '-', ''), email_key = '~' || replace(lower(id), '-', ''), email = '~' || replace(lower(id), '-', '') || '@erased.invalid' WHERE erased_at IS NOT NULL
                """);

            migrationBuilder.AddColumn<string>(
                name: "pending_email",
                table: "users",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "pending_email_key",
                table: "users",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "suspended_at",
                table: "users",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "origin",
                table: "sessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "email_key",
                table: "former_addresses",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "mail_counts",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    last_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_mail_counts", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "ix_sessions_expires_at",
                table: "sessions",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_refresh_tokens_used_at",
                table: "refresh_tokens",
                column: "used_at",
                filter: "used_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_former_addresses_email_key",
                table: "former_addresses",
                column: "email_key");

            migrationBuilder.CreateIndex(
                name: "ix_mail_counts_last_at",
                table: "mail_counts",
                column: "last_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "mail_counts");

            migrationBuilder.DropIndex(
                name: "ix_sessions_expires_at",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_refresh_tokens_used_at",
                table: "refresh_tokens");

            migrationBuilder.DropIndex(
                name: "ix_former_addresses_email_key",
                table: "former_addresses");

            migrationBuilder.DropColumn(
                name: "pending_email",
                table: "users");

            migrationBuilder.DropColumn(
                name: "pending_email_key",
                table: "users");

            migrationBuilder.DropColumn(
                name: "suspended_at",
                table: "users");

            migrationBuilder.DropColumn(
                name: "origin",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "email_key",
                table: "former_addresses");
        }
    }
}
