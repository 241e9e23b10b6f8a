using System.Runtime.InteropServices;
using Usher.Bench;
using Usher.Bench.Abuse;
using Usher.Bench.Api;
using Usher.Bench.Baseline;
using Usher.Bench.Cache;
using Usher.Bench.Finding;
using Usher.Bench.Imports;
using Usher.Bench.Kills;
using Usher.Bench.Mails;
using Usher.Bench.Memory;
using Usher.Bench.Outbox;
using Usher.Bench.Restarts;
using Usher.Bench.Sale;

// For the load generator alone: where more is done than to count an answer, it would be done on the thread that reads all sockets;
// and what others are measured by must not have what they do not.
if (args is not ["kills" or "restarts" or "imports" or "baseline" or "bytes", ..])
    Environment.SetEnvironmentVariable(LoadGenerator.InlineCompletions, "1");
// An interrupted run must take its servers with it; the runtime alone would just end.
using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
try
{
    var arguments = new Arguments(args);
    return arguments.Verb switch
    {
        "sale" => await SaleCommand.Sale(arguments, interrupted.Token),
        "latency" => await SaleCommand.Latency(arguments, interrupted.Token),
        "abuse" => await AbuseCommand.Run(arguments, interrupted.Token),
        "storm" => await StormCommand.Run(arguments, interrupted.Token),
        "kills" => await KillsCommand.Run(arguments, interrupted.Token),
        "outbox" => await OutboxCommand.Run(arguments, interrupted.Token),
        "cache" => await CacheCommand.Run(arguments, interrupted.Token),
        "bytes" => await BytesApp.Run(arguments.Knowing("port", "how", "file")),
        "restarts" => await RestartsCommand.Run(arguments, interrupted.Token),
        "mails" => await MailsCommand.Run(arguments, interrupted.Token),
        "catalogue" => await CatalogueCommand.Run(arguments, interrupted.Token),
        "memory" => await MemoryCommand.Run(arguments, interrupted.Token),
        "reads" => await ReadsCommand.Run(arguments, interrupted.Token),
        "api-changes" => ApiChangesCommand.Run(arguments.Knowing("before", "after")),
        "imports" => await ImportsCommand.Run(arguments, interrupted.Token),
        "import-files" => ImportFilesCommand.Run(arguments.Knowing("data", "out")),
        "baseline" => await BaselineApp.Run(arguments.Knowing("port")),
        _ => throw new UsageException("Verbs: sale, latency, abuse, catalogue, reads, memory, cache, outbox, kills, mails, restarts, imports, import-files, api-changes"),
    };
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
catch (UnsoundException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    return 130;
}

void Interrupt(PosixSignalContext context)
{
    context.Cancel = true;
    interrupted.Cancel();
}
