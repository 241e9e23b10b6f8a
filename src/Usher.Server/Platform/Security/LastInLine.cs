using System.Runtime.InteropServices;

namespace Usher.Server.Platform.Security;

/// <summary>
/// Runs work at the lowest useful priority: it gets an idle processor completely, and about a tenth of a busy one. With less, no user could
/// sign in during an on-sale at full speed.
/// </summary>
internal static class LastInLine
{
    private const int Process = 0, CallingThread = 0, Nicer = 10;

    /// <summary>
    /// Waits for the work. It starts a second, dedicated thread, because niceness cannot be reduced again, and every thread that a nice
    /// thread starts, such as one of the pool, inherits it.
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
        // On Linux the runtime sets no priority, so we set the niceness of this thread; elsewhere the runtime's priority works.
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
