using Usher.Server.Platform.Http;
using Usher.UnitTests.Architecture.Planted.Features.Catering.Contract;

namespace Usher.UnitTests.Architecture.Planted.Features
{
    namespace Catering.Contract
    {
        internal sealed record MenuChanged(Guid Event);
    }

    namespace Catering
    {
        internal sealed record Kitchen(List<MenuChanged> Changes);
    }

    namespace BoxOffice.Selling
    {
        internal static class BoxOffice
        {
            public static Answer Ask() => new Answer.Decided();
        }

        internal abstract record Answer
        {
            internal sealed record Decided : Answer;
        }

        internal static class Ledger
        {
            public static string Driver => nameof(Npgsql) + new Npgsql.NpgsqlConnection().Database;
        }
    }

    namespace Seating
    {
        internal static class MeetsByContract
        {
            public static MenuChanged Tell(Guid id) => new(id);
        }

        internal static class MeetsAtTheDoor
        {
            public static bool Ask() => BoxOffice.Selling.BoxOffice.Ask() is BoxOffice.Selling.Answer.Decided;
        }

        [Breaks(nameof(Rules.Features_meet_only_by_contract))]
        internal static class WalksIntoTheKitchen
        {
            public static async Task<int> Count(Func<Task<Catering.Kitchen>> find) => (await find()).Changes.Count;
        }

        [Breaks(nameof(Rules.Features_meet_only_by_contract))]
        internal static class ReachesBehindTheDoor
        {
            public static Func<string> Driver() => () => BoxOffice.Selling.Ledger.Driver;
        }

        [Breaks(nameof(Rules.Only_the_engines_and_the_ledgers_speak_to_a_driver))]
        internal static class AsksPostgresInALambda
        {
            public static Func<Exception, bool> IsTaken => e => e is Npgsql.PostgresException { SqlState: "23505" };
        }

        [Breaks(nameof(Rules.Only_the_engines_and_the_ledgers_speak_to_a_driver))]
        internal static class ConfiguresAnEngine
        {
            public static void Use(Microsoft.EntityFrameworkCore.DbContextOptionsBuilder options) =>
                Microsoft.EntityFrameworkCore.SqliteDbContextOptionsBuilderExtensions.UseSqlite(options);
        }

        [Breaks(nameof(Rules.No_name_hides_what_a_type_does))]
        internal static class SeatRepository;

        [Breaks(nameof(Rules.No_name_hides_what_a_type_does))]
        internal sealed class SeatMapper<T>
        {
            public T? Mapped { get; set; }
        }

        internal interface IChart<T>;
        internal sealed class RoundChart : IChart<int>;
        internal sealed class SquareChart : IChart<string>;

        [Breaks(nameof(Rules.An_interface_has_two_implementations))]
        internal interface ISeats;
        internal sealed class Seats : ISeats;
        internal abstract class AlmostSeats : ISeats;

        [Breaks(nameof(Rules.An_interface_has_two_implementations))]
        internal interface INothing;

        internal static class Handlers
        {
            public static void Innocent(Body<ReserveSeatsRequest> body) => _ = body.Value;

            public static Action<Body<HiddenRequest>> InALambda() => (Body<HiddenRequest> body) => _ = body.Value;

            private static void Open(Body<OpenRequest> body) => _ = body.Value;

            public static void Class(Body<ClassRequest> body) => _ = body.Value;

            public static void Twice(Body<Once.SameNameRequest> body, Body<Again.SameNameRequest> other) => _ = (body.Value, other.Value);

            public static void Nested(Body<NestingRequest> body) => _ = body.Value;
        }

        public sealed record ReserveSeatsRequest(IReadOnlyList<SeatLine?>? Seats, ReserveSeatsRequest? Instead);
        public sealed record SeatLine(int? Row);

        [Breaks(nameof(Rules.A_request_is_a_public_sealed_record_with_a_name_of_its_own))]
        internal sealed record HiddenRequest;

        [Breaks(nameof(Rules.A_request_is_a_public_sealed_record_with_a_name_of_its_own))]
        public record OpenRequest;

        [Breaks(nameof(Rules.A_request_is_a_public_sealed_record_with_a_name_of_its_own))]
        public sealed class ClassRequest;

        public sealed record NestingRequest
        {
            internal NestingRequest() { }
            public IReadOnlyDictionary<string, OpenLine[]>? Lines { get; init; }
        }

        [Breaks(nameof(Rules.A_request_is_a_public_sealed_record_with_a_name_of_its_own))]
        public record OpenLine;

        namespace Once
        {
            [Breaks(nameof(Rules.A_request_is_a_public_sealed_record_with_a_name_of_its_own))]
            public sealed record SameNameRequest;
        }

        namespace Again
        {
            [Breaks(nameof(Rules.A_request_is_a_public_sealed_record_with_a_name_of_its_own))]
            public sealed record SameNameRequest;
        }
    }
}
