
namespace Usher.IntegrationTests.Security;

/// <summary>
/// Who may do what: a line for every operation of the OpenAPI document, and no other line.
/// <list type="table">
/// <item><term>200, 201, 202, 204</term><description>It is done.</description></item>
/// <item><term>401</term><description>Nobody is signed in, or the token is over: <c>unauthenticated</c>, <c>token_expired</c>.</description></item>
/// <item><term>403r</term><description>The role may not: <c>role_not_allowed</c>, before anything is looked for.</description></item>
/// <item><term>403</term><description>Somebody else's, and everyone may know that it is there: <c>forbidden</c>.</description></item>
/// <item><term>403=</term><description>Somebody else's, and nobody learns whether it is there: <c>forbidden</c>.</description></item>
/// <item><term>404</term><description>Somebody else's, and nobody learns that it is there: <c>not_found</c>.</description></item>
/// </list>
/// All refusals but the bare 403 are the same, byte for byte, when what is asked for does not exist.
/// A token that is over opens nothing; where nobody has to sign in it does no harm either, or nobody could sign in again with it.
/// </summary>
internal static class AuthorizationTable
{
    /// <summary>The things are the owner's (bookings, account, session) and the organizer's (events, mails, reports).</summary>
    public static readonly IReadOnlyList<string> Callers = ["anonymous", "expired", "owner", "attendee", "organizer", "rival", "admin"];

    public static readonly IReadOnlyList<Row> OfEverything = Read("""
                                                             anonymous expired owner attendee organizer rival admin
        GET HEAD   /                                            200      200    200     200      200     200   200
        GET HEAD   /.well-known/jwks.json                       200      200    200     200      200     200   200
        GET HEAD   /health/live                                 200      200    200     200      200     200   200
        GET HEAD   /health/ready                                200      200    200     200      200     200   200

        POST       /api/auth/register                           201      201    201     201      201     201   201
        POST       /api/auth/login                              200      200    200     200      200     200   200
        POST       /api/auth/refresh                            200      200    200     200      200     200   200
        POST       /api/auth/logout                             401      401    204     204      204     204   204
        POST       /api/auth/forgot-password                    202      202    202     202      202     202   202
        POST       /api/auth/reset-password                     204      204    204     204      204     204   204
        POST       /api/auth/verify-email                       204      204    204     204      204     204   204
        POST       /api/auth/undo-email-change                  204      204    204     204      204     204   204
        POST       /api/auth/resend-verification                401      401    202     202      202     202   202
        GET HEAD   /api/me                                      401      401    200     200      200     200   200
        PATCH      /api/me                                      401      401    200     200      200     200   200
        DELETE     /api/me                                      401      401    204     204      204     204   204
        PUT        /api/me/password                             401      401    204     204      204     204   204
        GET HEAD   /api/me/export                               401      401    200     200      200     200   200
        GET HEAD   /api/me/sessions                             401      401    200     200      200     200   200
        DELETE     /api/me/sessions/{id}                        401      401    204     404      404     404   404
        GET HEAD   /api/me/second-factor                        401      401    403r    403r     200     200   200
        POST       /api/me/second-factor                        401      401    403r    403r     200     200   200
        POST       /api/me/second-factor/confirm                401      401    403r    403r     200     200   200
        POST       /api/me/second-factor/recovery-codes         401      401    403r    403r     200     200   200
        DELETE     /api/me/second-factor                        401      401    403r    403r     204     204   204
        GET HEAD   /api/me/bookings                             401      401    200     200      200     200   200
        GET HEAD   /api/users/{user}/bookings                   401      401    200     403=     403=    403=  200

        GET HEAD   /api/events                                  200      200    200     200      200     200   200
        GET HEAD   /api/events/facets                           200      200    200     200      200     200   200
        POST       /api/events                                  401      401    403r    403r     201     201   201
        POST       /api/events/import                           401      401    403r    403r     200     200   200
        GET HEAD   /api/organizers/me/events                    401      401    403r    403r     200     200   200

        GET HEAD   /api/events/{id}                             200      200    200     200      200     200   200
        PUT PATCH  /api/events/{id}                             401      401    403r    403r     200     403   200
        DELETE     /api/events/{id}                             401      401    403r    403r     204     403   204
        PUT POST   /api/events/{id}/cancel                      401      401    403r    403r     200     403   200
        GET HEAD   /api/events/{id}/cancellation                401      401    403     403      200     403   200
        GET HEAD   /api/events/{id}/availability                200      200    200     200      200     200   200
        GET HEAD   /api/events/{id}/availability/stream         200      200    200     200      200     200   200
        GET HEAD   /api/events/{id}/calendar.ics                200      200    200     200      200     200   200
        GET HEAD   /api/events/{id}/bookings                    401      401    403     403      200     403   200
        GET HEAD   /api/events/{id}/bookings.csv                401      401    403     403      200     403   200
        GET HEAD   /api/events/{id}/mails                       401      401    403r    403r     200     403   200
        POST       /api/events/{id}/mails/{mailId}/resend       401      401    403r    403r     202     403   202
        GET HEAD   /api/events/{id}/audit                       401      401    403r    403r     200     403   200
        GET HEAD   /api/events/{eventId}/reports/sales          401      401    403r    403r     200     403   200
        GET HEAD   /api/events/{eventId}/ticket-types           200      200    200     200      200     200   200
        POST       /api/events/{eventId}/ticket-types           401      401    403r    403r     201     403   201
        GET HEAD   /api/events/{eventId}/ticket-types/{id}      200      200    200     200      200     200   200
        PUT PATCH  /api/events/{eventId}/ticket-types/{id}      401      401    403r    403r     200     403   200
        DELETE     /api/events/{eventId}/ticket-types/{id}      401      401    403r    403r     204     403   204

        POST       /api/bookings                                401      401    201     201      201     201   201
        GET HEAD   /api/bookings/{booking}                      401      401    200     404      200     404   200
        PUT POST   /api/bookings/{booking}/confirm              401      401    200     404      200     404   200
        PUT POST   /api/bookings/{booking}/cancel               401      401    200     404      200     404   200

        GET HEAD   /api/reports                                 401      401    403r    403r     200     200   200
        GET HEAD   /api/reports/{id}                            401      401    403r    403r     200     404   200
        GET HEAD   /api/reports/{id}/chart.svg                  401      401    403r    403r     200     404   200
        GET HEAD   /api/audit                                   401      401    403r    403r     403r    403r  200
        """);

    /// <summary>The same of an event that is a draft, which is there for its organizer and for admins only.</summary>
    public static readonly IReadOnlyList<Row> OfADraft = Read("""
                                                             anonymous expired owner attendee organizer rival admin
        GET HEAD   /api/events/{id}                             404      404    404     404      200     404   200
        PUT PATCH  /api/events/{id}                             401      401    403r    403r     200     404   200
        DELETE     /api/events/{id}                             401      401    403r    403r     204     404   204
        PUT POST   /api/events/{id}/cancel                      401      401    403r    403r     200     404   200
        GET HEAD   /api/events/{id}/cancellation                401      401    404     404      200     404   200
        GET HEAD   /api/events/{id}/availability                404      404    404     404      200     404   200
        GET HEAD   /api/events/{id}/availability/stream         404      404    404     404      200     404   200
        GET HEAD   /api/events/{id}/calendar.ics                404      404    404     404      200     404   200
        GET HEAD   /api/events/{id}/bookings                    401      401    404     404      200     404   200
        GET HEAD   /api/events/{id}/bookings.csv                401      401    404     404      200     404   200
        GET HEAD   /api/events/{id}/mails                       401      401    403r    403r     200     404   200
        POST       /api/events/{id}/mails/{mailId}/resend       401      401    403r    403r     202     404   202
        GET HEAD   /api/events/{id}/audit                       401      401    403r    403r     200     404   200
        GET HEAD   /api/events/{eventId}/reports/sales          401      401    403r    403r     200     404   200
        GET HEAD   /api/events/{eventId}/ticket-types           404      404    404     404      200     404   200
        POST       /api/events/{eventId}/ticket-types           401      401    403r    403r     201     404   201
        GET HEAD   /api/events/{eventId}/ticket-types/{id}      404      404    404     404      200     404   200
        PUT PATCH  /api/events/{eventId}/ticket-types/{id}      401      401    403r    403r     200     404   200
        DELETE     /api/events/{eventId}/ticket-types/{id}      401      401    403r    403r     204     404   204

        POST       /api/bookings                                401      401    404     404      404     404   404
        """);

    /// <summary>What is documented and has no row, and the other way round.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<Row> rows, IReadOnlyList<string> documented)
    {
        var written = rows.Select(row => row.Operation).ToList();
        return
        [
            .. documented.Except(written).Select(operation => $"{operation} has no row: say who may do it."),
            .. written.Except(documented).Select(operation => $"{operation} has a row, but is not in the OpenAPI document."),
            .. written.GroupBy(operation => operation).Where(same => same.Count() > 1).Select(same => $"{same.Key} has more than one row."),
        ];
    }

    private static List<Row> Read(string table)
    {
        var rows = new List<Row>();
        var lines = table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0).ToList();
        Assert.Equal(Callers, lines[0]);
        foreach (var words in lines.Skip(1))
        {
            var at = Array.FindIndex(words, word => word.StartsWith('/'));
            Assert.True(at > 0 && words.Length == at + 1 + Callers.Count, $"Not a row: {string.Join(' ', words)}");
            foreach (var method in words[..at])
                rows.Add(new Row(method, words[at], words[(at + 1)..]));
        }
        return rows;
    }
}

/// <param name="Cells">As the table has them, in the order of its callers.</param>
internal sealed record Row(string Method, string Path, IReadOnlyList<string> Cells)
{
    public string Operation => $"{Method} {Path}";
}
