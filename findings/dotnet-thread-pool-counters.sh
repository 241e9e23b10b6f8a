#!/usr/bin/env bash
# .NET 10's own metrics: the length of the thread pool's queue and the number of its threads are counters that never fall
#
# Package      Microsoft.NETCore.App 10.0 (the meter System.Runtime, which is part of the runtime since .NET 9)
# Guess        dotnet.thread_pool.queue.length and dotnet.thread_pool.thread.count are UpDownCounters, as OpenTelemetry's
#              semantic conventions for .NET say: both rise and fall.
# Instead      The runtime makes them ObservableCounters, which an exporter has to take for sums that only rise: Prometheus gets
#              …_total of type counter, and each fall counts as a restart of the process. rate() of it is nonsense, and the value
#              is the gauge. (dotnet.process.cpu.count beside them is an UpDownCounter as it should be.)
# Matters      Queued work is the first sign of a box office that is out of processors. A panel made by the type of the metric
#              shows work that keeps growing, and alerts by rate() fire when the queue has emptied.
# Seen         10.0.12, November 2026
# Needs        dotnet (SDK 10)
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"
cat >app.cs <<'CS'
using System.Diagnostics.Metrics;
var kinds = new SortedDictionary<string, string>();
var falls = 0L;
long last = 0;
using var listener = new MeterListener
{
    InstrumentPublished = (instrument, self) =>
    {
        if (instrument.Meter.Name != "System.Runtime") return;
        kinds[instrument.Name] = instrument.GetType().Name.Split('`')[0];
        if (instrument.Name == "dotnet.thread_pool.queue.length") self.EnableMeasurementEvents(instrument);
    },
};
listener.SetMeasurementEventCallback<long>((_, value, _, _) => { if (value < last) falls++; last = value; });
listener.Start();
for (var i = 0; i < 2000; i++) ThreadPool.QueueUserWorkItem(_ => Thread.Sleep(1));
listener.RecordObservableInstruments();
var queued = last;
while (ThreadPool.PendingWorkItemCount > 0) Thread.Sleep(20);
listener.RecordObservableInstruments();
Console.WriteLine($".NET {Environment.Version}");
foreach (var name in new[] { "dotnet.thread_pool.queue.length", "dotnet.thread_pool.thread.count", "dotnet.process.cpu.count" })
    Console.WriteLine($"{name,-34} {kinds[name]}");
Console.WriteLine($"the queue had {queued} items, and then {last}: the 'counter' fell {falls} time(s)");
return kinds["dotnet.thread_pool.queue.length"] == "ObservableCounter" && kinds["dotnet.thread_pool.thread.count"] == "ObservableCounter" && falls > 0 ? 0 : 1;
CS
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if dotnet run app.cs; then echo "still so"; else echo "changed"; exit 1; fi
