using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Usher.Testing;

/// <summary>What a process can be told from outside. <see cref="Process.Kill()"/> is kill -9.</summary>
internal static class Signals
{
    private const int SigInt = 2, SigTerm = 15;

    // These two have other numbers on macOS.
    private static readonly int SigStop = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly int SigContinue = OperatingSystem.IsMacOS() ? 19 : 18;

    public static void Interrupt(Process process) => _ = Send(process.Id, SigInt);

    public static void Terminate(Process process) => _ = Send(process.Id, SigTerm);

    /// <summary>It keeps its connections and does nothing.</summary>
    public static void Pause(Process process) => _ = Send(process.Id, SigStop);

    public static void Continue(Process process) => _ = Send(process.Id, SigContinue);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Send(int processId, int signal);
}
