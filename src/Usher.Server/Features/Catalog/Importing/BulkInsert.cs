using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Importing;

/// <summary>Inserts rows of the model without tracking.</summary>
internal static class BulkInsert
{
    private const int MostParameters = 400;

    /// <summary>Several rows per statement, for a database with a network in between.</summary>
    public static async Task InsertAll<T>(this UsherDb db, IReadOnlyList<T> rows, CancellationToken cancellationToken) where T : class
    {
        var (into, columns) = Columns<T>(db);
        foreach (var some in rows.Chunk(MostParameters / columns.Length))
        {
            await using var insert = db.Database.GetDbConnection().CreateCommand();
            insert.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            var text = new StringBuilder(into);
            foreach (var (number, row) in some.Index())
            {
                text.Append(number == 0 ? "(" : ", (");
                foreach (var (at, column) in columns.Index())
                {
                    var name = $"@p{insert.Parameters.Count}";
                    text.Append(at == 0 ? "" : ", ").Append(name);
                    insert.Parameters.Add(column.GetRelationalTypeMapping().CreateParameter(insert, name, column.GetGetter().GetClrValue(row), column.IsNullable));
                }
                text.Append(')');
            }
#pragma warning disable CA2100 // Names of the model and numbered parameters.
            insert.CommandText = text.ToString();
#pragma warning restore CA2100
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public static (string Into, IProperty[] Columns) Columns<T>(UsherDb db)
    {
        var type = db.Model.FindEntityType(typeof(T))!;
        IProperty[] columns = [.. type.GetProperties().Where(column => column.GetComputedColumnSql() is null)];
        return ($"INSERT INTO {type.GetTableName()} ({string.Join(", ", columns.Select(c => c.GetColumnName()))}) VALUES ", columns);
    }
}

/// <summary>A prepared statement for one row on the open connection: for a database in this process, where a statement costs no round trip.</summary>
internal sealed class PreparedInsert<T>(UsherDb db) : IDisposable where T : class
{
    private DbCommand? _insert;
    private (IProperty Property, Func<object?, object?>? Convert)[] _columns = [];

    public void Insert(T row)
    {
        _insert ??= Prepare(row);
        _insert.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        foreach (var (at, (property, convert)) in _columns.Index())
        {
            var value = property.GetGetter().GetClrValue(row);
            _insert.Parameters[at].Value = (convert is null || value is null ? value : convert(value)) ?? DBNull.Value;
        }
        _insert.ExecuteNonQuery();
    }

    public void Dispose() => _insert?.Dispose();

    private DbCommand Prepare(T row)
    {
        var (into, columns) = BulkInsert.Columns<T>(db);
        var insert = db.Database.GetDbConnection().CreateCommand();
        _columns = Array.ConvertAll(columns, column => (column, (Func<object?, object?>?)column.GetRelationalTypeMapping().Converter?.ConvertToProvider));
        foreach (var (at, column) in columns.Index())
            insert.Parameters.Add(column.GetRelationalTypeMapping().CreateParameter(insert, $"@p{at}", column.GetGetter().GetClrValue(row), column.IsNullable));
#pragma warning disable CA2100 // Names of the model and numbered parameters.
        insert.CommandText = $"{into}({string.Join(", ", columns.Select((_, at) => $"@p{at}"))})";
#pragma warning restore CA2100
        return insert;
    }
}
