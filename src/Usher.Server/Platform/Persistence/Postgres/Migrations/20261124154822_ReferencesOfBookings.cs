using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Usher.Server.Platform.Persistence.Postgres.Migrations
{
    /// <summary>
    /// The model keeps these relations; PostgreSQL no longer checks them row by row, because what they point at was read and
    /// locked by the batch that writes them. <c>verify</c> looks at all of them at once. See docs/adr/0009.
    /// </summary>
    public partial class ReferencesOfBookings : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey("fk_bookings_events_event_id", "bookings");
            migrationBuilder.DropForeignKey("fk_booking_items_bookings_booking_id", "booking_items");
            migrationBuilder.DropForeignKey("fk_booking_items_ticket_types_ticket_type_id", "booking_items");
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddForeignKey("fk_bookings_events_event_id", "bookings", "event_id", "events", principalColumn: "id", onDelete: ReferentialAction.Restrict);
            migrationBuilder.AddForeignKey("fk_booking_items_bookings_booking_id", "booking_items", "booking_id", "bookings", principalColumn: "id", onDelete: ReferentialAction.Cascade);
            migrationBuilder.AddForeignKey("fk_booking_items_ticket_types_ticket_type_id", "booking_items", "ticket_type_id", "ticket_types", principalColumn: "id", onDelete: ReferentialAction.Restrict);
        }
    }
}
