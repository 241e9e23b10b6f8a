using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using Usher.Testing;

namespace Usher.Bench.Sale;

/// <summary>Where figures were measured; without it they mean nothing.</summary>
internal static class Machine
{
    public static async Task<string> Describe(LocalPostgres postgres, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        return $"{Describe()}, PostgreSQL {connection.PostgreSqlVersion} with `fsync` and `synchronous_commit` on, "
            + $"data on {FileSystem(postgres.DataDirectory)}";
    }

    public static string Describe()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores ({Processor()}), {memory:0} GB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}");
    }

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    /// <summary>On a tmpfs a durable commit costs nothing, and the reader should know.</summary>
    private static string FileSystem(string path) =>
        DriveInfo.GetDrives()
            .Where(drive => path.StartsWith(drive.Name, StringComparison.Ordinal))
            .OrderByDescending(drive => drive.Name.Length)
            .Select(drive => drive.DriveFormat)
            .FirstOrDefault() ?? "an unknown file system";
}
