using System.Diagnostics;

namespace Usher.IntegrationTests.Harness;

/// <summary>A disk of a few megabytes that can be filled to the last byte and emptied again.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _filler;
    private readonly bool _isOwn;

    /// <param name="megabytes">Its size.</param>
    /// <param name="at">An empty folder; one of its own when left out.</param>
    public SmallDisk(int megabytes, string? at = null)
    {
        _isOwn = at is null;
        Path = at ?? Directory.CreateTempSubdirectory("usher-disk-").FullName;
        _filler = System.IO.Path.Combine(Path, "filler");
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0777", "tmpfs", Path);
    }

    public string Path { get; }

    /// <summary>Leaves not a byte.</summary>
    public void Fill()
    {
        using var filler = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        foreach (var size in (int[])[1024 * 1024, 4096, 1])
        {
            var bytes = new byte[size];
            try
            {
                while (true)
                    filler.Write(bytes);
            }
            catch (IOException)
            {
                // Full, for pieces of this size.
            }
        }
    }

    public void Empty() => File.Delete(_filler);

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        if (_isOwn)
            Directory.Delete(Path);
    }

    private static void Run(params string[] command)
    {
        // Mounting is for root; elsewhere for whoever may become it without being asked.
        if (!Environment.IsPrivilegedProcess)
            command = ["sudo", "-n", .. command];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {errors} Run the tests as root, or with a sudo that does not ask.");
    }
}
