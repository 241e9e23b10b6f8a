using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class MailsAndReports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "refunded_at",
                table: "bookings",
                type: "timestamp with time zone",
                nullable: true);

            // Until now a refund was made within seconds of the cancellation.
            migrationBuilder.Sql("UPDATE bookings SET refunded_at = cancelled_at WHERE refund_done");

            migrationBuilder.CreateTable(
                name: "mails",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    subject_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    event_id = table.Column<Guid>(type: "uuid", nullable: true),
                    edition = table.Column<long>(type: "bigint", nullable: false),
                    domain = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    resends = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_error = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_mails", x => x.id);
                    table.ForeignKey(
                        name: "fk_mails_events_event_id",
                        column: x => x.event_id,
                        principalTable: "events",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_mails_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "report_progress",
                columns: table => new
                {
                    organizer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    next_day = table.Column<DateOnly>(type: "date", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_report_progress", x => new { x.organizer_id, x.kind });
                    table.ForeignKey(
                        name: "fk_report_progress_users_organizer_id",
                        column: x => x.organizer_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "reports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organizer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    first_day = table.Column<DateOnly>(type: "date", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reports", x => x.id);
                    table.ForeignKey(
                        name: "fk_reports_users_organizer_id",
                        column: x => x.organizer_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_mails_domain_due_at",
                table: "mails",
                columns: new[] { "domain", "due_at" },
                filter: "state < 2");

            migrationBuilder.CreateIndex(
                name: "ix_mails_due_at_id",
                table: "mails",
                columns: new[] { "due_at", "id" },
                filter: "state < 2");

            migrationBuilder.CreateIndex(
                name: "ix_mails_event_id_id",
                table: "mails",
                columns: new[] { "event_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_mails_subject_id_kind_user_id_edition",
                table: "mails",
                columns: new[] { "subject_id", "kind", "user_id", "edition" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_mails_user_id",
                table: "mails",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_reports_organizer_id_kind_first_day",
                table: "reports",
                columns: new[] { "organizer_id", "kind", "first_day" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "mails");

            migrationBuilder.DropTable(
                name: "report_progress");

            migrationBuilder.DropTable(
                name: "reports");

            migrationBuilder.DropColumn(
                name: "refunded_at",
                table: "bookings");
        }
    }
}
