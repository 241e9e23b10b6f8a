using Usher.GeneratedClients;

// The walk of one client at one server: NSwag or Kiota, and the address.
var server = new Uri(args[1]);
await (args[0] switch
{
    "nswag" => NSwagWalk.Run(server),
    "kiota" => KiotaWalk.Run(server),
    _ => throw new ArgumentException($"There is no client {args[0]}."),
});
Console.Out.WriteLine($"{args[0]} walked");

namespace Usher.GeneratedClients
{
    /// <summary>What a walk expects.</summary>
    internal static class Expect
    {
        public static void Same<T>(T expected, T actual, string what)
        {
            if (!EqualityComparer<T>.Default.Equals(expected, actual))
                throw new InvalidOperationException($"{what}: expected {expected}, got {actual}.");
        }

        public static string Word() => Guid.NewGuid().ToString("n")[..12];

        public const string Password = "plum-orchard-violin-9";
    }
}
