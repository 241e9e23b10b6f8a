using System.Runtime.InteropServices;

namespace Usher.Server.Platform.Security;

/// <summary>
/// Work for which all other work of the program is preferred: of an idle processor it has the whole, of a busy one about a tenth.
/// Less, and nobody could sign in while an event is on sale at full speed.
/// </summary>
internal static class LastInLine
{
    private const int Process = 0, CallingThread = 0, Nicer = 10;

    /// <summary>
    /// Waits for the work. It has a thread of its own within this one, which nothing else may run on: niceness cannot be taken back,
    /// and every thread that is started from a nice one, such as another of the pool's, is as nice.
    /// </summary>
    public static T Run<T>(Func<T> work)
    {
        var task = new Task<T>(work);
        new Thread(() =>
        {
            BeNice();
            task.RunSynchronously();
        })
        { IsBackground = true }.Start();
        return task.GetAwaiter().GetResult();
    }

    private static void BeNice()
    {
        // Linux is told of no priority by the runtime, and means this thread alone; elsewhere the runtime's own word is enough.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(Process, CallingThread, GetPriority(Process, CallingThread) + Nicer);
        else
            Thread.CurrentThread.Priority = ThreadPriority.Lowest;
    }

    [DllImport("libc", EntryPoint = "getpriority")]
    private static extern int GetPriority(int which, int who);

    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, int who, int priority);
}
