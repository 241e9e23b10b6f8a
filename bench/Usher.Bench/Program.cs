using Usher.Bench;
using Usher.Bench.Catalogue;

try
{
    var arguments = new Arguments(args);
    return arguments.Verb switch
    {
        "catalogue" => CatalogueCommand.Run(arguments.Knowing("data", "out")),
        _ => throw new UsageException("Verbs: catalogue"),
    };
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
