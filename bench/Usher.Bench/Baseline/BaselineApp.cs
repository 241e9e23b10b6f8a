using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Usher.Bench.Baseline;

/// <summary>
/// <c>baseline --port N</c>, the database in the environment: what Usher is measured against, on the same web server. A booking as
/// the textbook writes it, and POSTs that do nothing but look at a token, or not even that.
/// </summary>
internal static class BaselineApp
{
    public const string TextbookPath = "/bookings";
    public const string RememberedPath = "/token-remembered";
    public const string CheckedPath = "/token-checked";
    public const string EmptyPath = "/empty";

    public const string Checked = nameof(Checked);
    private const string Remembered = nameof(Remembered);

    private static readonly SigningCredentials Key =
        new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)), SecurityAlgorithms.EcdsaSha256);

    public static async Task<int> Run(Arguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{arguments.Number("port", 5090)}");
        builder.Services.AddDbContextPool<BaselineDb>(options =>
            options.UseNpgsql(builder.Configuration.GetConnectionString("Database")).UseSnakeCaseNamingConvention());
        // No default scheme: it would check the signature on every path, also where only the other scheme counts.
        builder.Services.AddAuthentication()
            .AddJwtBearer(Checked, Validate)
            .AddScheme<AuthenticationSchemeOptions, RememberedTokens>(Remembered, null);
        builder.Services.AddAuthorization();

        var app = builder.Build();
        app.UseAuthorization();
        app.MapGet("/token", Token);
        app.MapPost(TextbookPath, Book).RequireAuthorization(With(Remembered));
        app.MapPost(RememberedPath, () => TypedResults.NoContent()).RequireAuthorization(With(Remembered));
        app.MapPost(CheckedPath, () => TypedResults.NoContent()).RequireAuthorization(With(Checked));
        app.MapPost(EmptyPath, () => TypedResults.NoContent());
        await app.RunAsync();
        return 0;
    }

    private static string Token(Guid user) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "bench",
        Audience = "bench",
        TokenType = "at+jwt",
        Subject = new ClaimsIdentity([new Claim("sub", user.ToString()), new Claim("sid", Guid.CreateVersion7().ToString()), new Claim("role", "attendee")]),
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(15),
        SigningCredentials = Key,
    });

    /// <summary>A transaction per buyer: lock the row, look, count, write, commit.</summary>
    private static async Task<Results<Created<BaselineBooking>, Conflict>> Book(
        BaselineOrder order, ClaimsPrincipal buyer, BaselineDb db, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var stock = await db.TicketStock
            .FromSql($"SELECT * FROM ticket_stock WHERE ticket_type_id = {order.TicketTypeId} FOR UPDATE")
            .SingleAsync(cancellationToken);
        if (stock.Sold + stock.Held + order.Quantity > stock.QuantityTotal)
            return TypedResults.Conflict();

        stock.Sold += order.Quantity;
        var id = Guid.CreateVersion7();
        var now = TimeProvider.System.GetUtcNow();
        var booking = new Booking
        {
            Id = id,
            Code = id.ToString("N")[20..],
            UserId = Guid.Parse(buyer.FindFirstValue("sub")!),
            EventId = stock.EventId,
            Status = 1,
            PaymentStatus = 2,
            Currency = "EUR",
            TotalMinor = 2_500,
            Quantity = order.Quantity,
            BookedAt = now,
            ConfirmedAt = now,
            CapturedMinor = 2_500,
            Items = { new BookingItem { Id = Guid.CreateVersion7(), TicketTypeId = order.TicketTypeId, Quantity = order.Quantity, UnitPriceMinor = 2_500 } },
        };
        db.Bookings.Add(booking);
        db.Outbox.Add(new OutboxRow { Type = "booking.confirmed", EventId = stock.EventId, BookingId = id, CreatedAt = now });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Created($"/bookings/{id}", new BaselineBooking(id, booking.Code, booking.EventId, booking.TotalMinor, now));
    }

    private static AuthorizationPolicy With(string scheme) =>
        new AuthorizationPolicyBuilder(scheme).RequireAuthenticatedUser().Build();

    private static void Validate(JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = "bench",
            ValidAudience = "bench",
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = Key.Key,
        };
    }
}

public sealed record BaselineOrder(Guid EventId, Guid TicketTypeId, int Quantity);

public sealed record BaselineBooking(Guid Id, string Code, Guid EventId, long TotalMinor, DateTimeOffset BookedAt);
