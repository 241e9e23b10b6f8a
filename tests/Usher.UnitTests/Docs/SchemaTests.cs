using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Postgres;
using Usher.Server.Platform.Persistence.Sqlite;
using Xunit;

namespace Usher.UnitTests.Docs;

/// <summary>The picture of the tables is drawn from the model, so it cannot be of yesterday.</summary>
public class SchemaTests
{
    private static readonly (string Namespace, string Heading)[] Parts =
    [
        ("Usher.Domain.Accounts", "Accounts"), ("Usher.Domain.Catalog", "Catalogue"), ("Usher.Domain.BoxOffice", "Box office"),
        ("Usher.Server.Platform", "Keys and messages"), ("Usher.Domain.Notifications", "Mails"), ("Usher.Domain.Reports", "Reports"), ("Usher.Domain.Audit", "Audit"),
    ];

    private const string Introduction = """
        # Tables

        <!-- Written from the model by ./build.sh renew -->

        The tables are the same on both engines; the types are PostgreSQL's. Lines are references. PostgreSQL deliberately does not check three of them row by row ([ADR 0009](adr/0009-drop-three-foreign-keys.md)). Hand-written migrations add the word indexes ([ADR 0011](adr/0011-search-normaliser-and-list-indexes.md)), which on SQLite are the tables `event_words` and `event_numbers`, and the list of migrations, `__migrations`.

        ```mermaid
        erDiagram

        """;

    [Fact]
    public void The_page_of_tables_is_the_model()
    {
        using var db = new PostgresDb.AtDesignTime().CreateDbContext([]);
        Page.IsWritten("docs/change/schema.md", Draw(db.Model));
    }

    [Fact]
    public void No_change_of_the_model_lacks_its_migration()
    {
        using var postgres = new PostgresDb.AtDesignTime().CreateDbContext([]);
        using var sqlite = new SqliteDb.AtDesignTime().CreateDbContext([]);
        foreach (var db in (UsherDb[])[postgres, sqlite])
            Assert.False(db.Database.HasPendingModelChanges(), $"{db.GetType().Name} lacks a migration: ./build.sh migration NAME");
    }

    [Fact]
    public void Both_engines_have_the_same_tables_and_columns()
    {
        using var postgres = new PostgresDb.AtDesignTime().CreateDbContext([]);
        using var sqlite = new SqliteDb.AtDesignTime().CreateDbContext([]);
        Assert.True(Columns(postgres).Count > 100);
        Assert.Equal(Columns(postgres), Columns(sqlite));

        static List<string> Columns(UsherDb db) =>
            [.. db.Model.GetEntityTypes().SelectMany(table => table.GetProperties().Select(column => $"{table.GetTableName()}.{column.GetColumnName()}")).Order(StringComparer.Ordinal)];
    }

    private static string Draw(IModel model)
    {
        var tables = model.GetEntityTypes().OrderBy(t => t.GetTableName(), StringComparer.Ordinal).ToList();
        Assert.All(tables, table => Assert.True(Parts.Count(part => IsIn(table, part.Namespace)) == 1, $"Where does {table.GetTableName()} belong?"));
        var references = tables.SelectMany(t => t.GetForeignKeys())
            .OrderBy(k => k.PrincipalEntityType.GetTableName(), StringComparer.Ordinal).ThenBy(k => k.DeclaringEntityType.GetTableName(), StringComparer.Ordinal);
        return string.Concat(
        [
            Introduction, .. references.Select(Line), "```\n",
            .. Parts.SelectMany(part => (string[])[$"\n## {part.Heading}\n\n```mermaid\nerDiagram\n", .. tables.Where(t => IsIn(t, part.Namespace)).Select(Box), "```\n"]),
        ]);
    }

    private static string Line(IForeignKey key) =>
        $"  {key.PrincipalEntityType.GetTableName()} {(key.IsRequired ? "||" : "|o")}--{(key.IsUnique ? "o|" : "o{")} {key.DeclaringEntityType.GetTableName()} : {string.Join('_', key.Properties.Select(p => p.GetColumnName()))}\n";

    private static string Box(IEntityType table) =>
        $"  {table.GetTableName()} {{\n{string.Concat(table.GetProperties().OrderBy(c => !c.IsPrimaryKey()).Select(Column))}  }}\n";

    private static string Column(IProperty column)
    {
        string[] keys = [.. ((string?[])[column.IsPrimaryKey() ? "PK" : null, column.IsForeignKey() ? "FK" : null, column.IsUniqueIndex() ? "UK" : null]).OfType<string>()];
        return $"    {TypeOf(column)} {column.GetColumnName()}{(keys.Length > 0 ? $" {string.Join(", ", keys)}" : "")}{(column.IsNullable ? " \"or null\"" : "")}\n";
    }

    private static bool IsIn(IEntityType table, string part) => table.ClrType.Namespace!.StartsWith(part, StringComparison.Ordinal);

    /// <summary>A type is one word in a picture.</summary>
    private static string TypeOf(IProperty column) => column.GetColumnType() switch
    {
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "double precision" => "double",
        var type => type.Split('(')[0].Replace(' ', '_'),
    };
}
