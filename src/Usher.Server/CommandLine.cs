using System.Data.Common;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Server.Features.Accounts;
using Usher.Server.Features.Accounts.SecondFactors;
using Usher.Server.Features.BoxOffice.Verification;
using Usher.Server.Features.Catalog.Importing;
using Usher.Server.Features.Demo;
using Usher.Server.Platform;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Backup;
using Usher.Server.Platform.Security;

namespace Usher.Server;

/// <summary>The verbs: what the program does instead of serving, or before it.</summary>
internal static class CommandLine
{
    internal const string Usage = """
        usher [VERB] [--key value …]

          (none)                          migrate, then serve and work in one process
          serve                           serve the API, and leave what follows a sale to others
          work                            do what follows a sale; over HTTP it tells its health only
          migrate                         bring the database to the newest schema
          import FILE --organizer EMAIL   import events from a CSV or NDJSON file
          admin EMAIL [--unverified]      make an account an administrator; its address has to be verified
          suspend EMAIL                   stop an account: it is signed out, and neither logs in nor books
          unsuspend EMAIL                 let it go on
          second-factor-off EMAIL         for who has lost the authenticator app and the recovery codes
          verify                          check every invariant on the live database; exit 1 on a breach
          health [--wait SECONDS]         ask the server at --urls whether it is ready; exit 1 if it is not
          backup FILE                     copy SQLite's database, while it sells, into a file of its own
          restore FILE                    put such a copy in the place of the database
        """;

    private const string Unverified = "unverified";

    /// <summary>The words before the first option are the verb and its operands.</summary>
    public static (string? Verb, string[] Words, string[] Options) Split(string[] args)
    {
        var words = args.TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal)).ToArray();
        // The only option without a value; the next argument would be taken for its value.
        var options = args[words.Length..].SelectMany(option => option == $"--{Unverified}" ? [option, "true"] : (string[])[option]);
        return (words.FirstOrDefault(), words[Math.Min(1, words.Length)..], [.. options]);
    }

    public static Roles RolesOf(string? verb) => verb switch
    {
        null => Roles.Serve | Roles.Work,
        "serve" => Roles.Serve,
        "work" => Roles.Work,
        _ => default,
    };

    /// <returns>Null if the settings cannot be read; the reason has been printed.</returns>
    public static WebApplicationBuilder? Begin(string[] options) => OrRefuse(() =>
    {
        var builder = WebApplication.CreateBuilder(options);
        builder.AddSecrets();
        return builder;
    });

    /// <returns>Null if the program cannot be composed; the reason has been printed.</returns>
    public static WebApplication? Build(WebApplicationBuilder builder) => OrRefuse(builder.Build);

    /// <summary>Runs a verb. A failure is printed as one line, without a stack.</summary>
    /// <returns>An exit code, or null if the program continues to serve.</returns>
    public static async Task<int?> Run(string? verb, string[] words, WebApplication app, CancellationToken stopping)
    {
        int? exitCode = 1;
        try
        {
            exitCode = await Do(verb, words, app, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping a start or a migration is a success. Of the other verbs, a caller waits for the result.
            if (verb is null or "serve" or "work" or "migrate")
                exitCode = 0;
            else
                await Console.Error.WriteLineAsync("usher: It was stopped before it had ended.");
        }
        catch (Exception refusal) when (IsRefusal(refusal))
        {
            await Console.Error.WriteLineAsync(Line(refusal));
        }
        if (exitCode is not null)
            await app.DisposeAsync();
        return exitCode;
    }

    private static async Task<int?> Do(string? verb, string[] words, WebApplication app, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        if (verb is "import" or "admin" or "suspend" or "unsuspend" or "second-factor-off" or "verify" && words.Length == (verb == "verify" ? 0 : 1))
        {
            await app.Services.RefuseObstacle(stopping);
            await app.Services.RefuseOldSchema(stopping);
        }
        switch (verb, words)
        {
            case (null, _):
                return await Prepare(app, migrate: true, stopping);
            case ("serve" or "work", []):
                return await Prepare(app, migrate: false, stopping);
            case ("migrate", []):
                await app.Services.RefuseObstacle(stopping);
                await app.Services.Migrate(stopping);
                await Console.Out.WriteLineAsync("The database has the newest schema.");
                return 0;
            case ("import", [var file]):
                return await ImportFile.Run(app.Services, file, app.Configuration["organizer"], stopping);
            case ("admin", [var email]):
                return await MakeAdmin.Run(app.Services, email, app.Configuration[Unverified] is not null, Console.Out, stopping);
            case ("suspend" or "unsuspend", [var email]):
                return await SuspendAccount.Run(app.Services, email, verb == "suspend", Console.Out, stopping);
            case ("second-factor-off", [var email]):
                return await TurnOffSecondFactor.Run(app.Services, email, Console.Out, stopping);
            case ("verify", []):
                return await Verify.Run(app.Services, Console.Out, stopping);
            case ("backup", [var file]):
                return await BackUp.Run(app.Services, file, Console.Out, stopping);
            case ("restore", [var file]):
                return await Restore.Run(app.Services, file, Console.Out, stopping);
            case ("help", _):
                await Console.Out.WriteLineAsync(Usage);
                return 0;
            default:
                await Console.Error.WriteLineAsync($"usher: there is no such command: {verb} {string.Join(' ', words)}\n\n{Usage}");
                return 2;
        }
    }

    private static async Task<int?> Prepare(WebApplication app, bool migrate, CancellationToken stopping)
    {
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.Services.GetRequiredService<SigningKeys>();
        await app.Services.RefuseObstacle(stopping);
        if (migrate)
            await app.Services.Migrate(stopping);
        else
            await app.Services.RefuseOldSchema(stopping);
        await app.RefuseUnsafeDatabase(stopping);
        await app.RefuseDemoPassword(stopping);
        return null;
    }

    /// <summary>Serves until it is stopped, which may happen during the start.</summary>
    /// <returns>An exit code.</returns>
    public static async Task<int> Serve(WebApplication app, CancellationToken stop)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        // The stop signal may arrive before the host handles it.
        await using var asked = stop.Register(app.Lifetime.StopApplication);
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (Exception left) when (stopping.IsCancellationRequested && IsLeaving(left))
        {
            return 0;
        }
        catch (Exception refusal) when (refusal is IOException or SocketException)
        {
            var isAboutTheAddress = refusal is SocketException or { InnerException: AddressInUseException };
            await Console.Error.WriteLineAsync(isAboutTheAddress ? $"{Line(refusal).TrimEnd('.')}. --urls takes another address." : Line(refusal));
            return 1;
        }
    }

    private static bool IsLeaving(Exception exception) =>
        exception is OperationCanceledException || (exception is AggregateException several && several.InnerExceptions.All(IsLeaving));

    private static T? OrRefuse<T>(Func<T> make) where T : class
    {
        try
        {
            return make();
        }
        catch (Exception refusal) when (IsRefusal(refusal))
        {
            Console.Error.WriteLine(Line(refusal));
            return null;
        }
    }

    private static bool IsRefusal(Exception exception) => exception is InvalidOperationException or OptionsValidationException or DbException or DbUpdateException
        or IOException or CryptographicException or ArgumentException or UnauthorizedAccessException or AggregateException or TimeoutException or SocketException;

    private static string Line(Exception refusal)
    {
        var reasons = refusal is AggregateException several ? several.InnerExceptions.Select(Reason) : [Reason(refusal)];
        return $"usher: {string.Join(' ', reasons).ReplaceLineEndings(" ")}";
    }

    /// <summary>EF Core's exception only wraps the database's message.</summary>
    private static string Reason(Exception refusal) => refusal switch
    {
        InvalidOperationException or DbUpdateException when refusal is { InnerException: DbException said } && !refusal.Message.Contains(said.Message, StringComparison.Ordinal) => Reason(said),
        DbException { InnerException: { } because } => $"{refusal.Message.TrimEnd('.')}: {because.Message}",
        _ => refusal.Message,
    };
}
