using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Trust;

namespace Usher.IntegrationTests.Http;

/// <summary>Tags that came back otherwise than they were sent, on every operation that has one.</summary>
public sealed class ETagTests(Servers servers)
{
    /// <summary>As nginx, Apache, Jetty, LiteSpeed and chains of them alter tags when they compress.</summary>
    private static readonly Func<string, string>[] Altered =
    [
        tag => $"W/{tag}", tag => With(tag, "-gzip"), tag => With(tag, "-br"), tag => With(tag, "-zstd"), tag => With(tag, "--gzip"), tag => With(tag, ";gz"), tag => With(tag, ";br"),
        tag => $"W/{With(tag, "-gzip")}", tag => With(tag, "-gzip-gzip"), tag => $"\"other\", {With(tag, "-br")}",
    ];

    private static readonly Func<string, string>[] Others =
    [
        tag => With(tag, "-identity"), tag => With(tag, "-gzipped"), tag => With(tag, "-"), tag => With(tag, "gzip"), tag => With(tag, "-gzip-2"), tag => With(tag, ".br"),
        tag => With(tag[..^2] + "\"", "-gzip"), tag => $"\"x{tag[1..]}", tag => $"W/{With(tag, "0")}", tag => $"{tag[..^1]}-gzip",
    ];

    [Theory, OnBothEngines]
    public async Task A_tag_that_a_proxy_altered_is_still_of_the_answer_that_it_was_sent_with(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var world = await World.Make(server);
        var document = (await new Person(server).Get("openapi/v1.json")).Expect(200).Json!.AsObject();
        var tagged = OpenApi.OpenApiTests.Operations(document)
            .Where(one => one.Operation["parameters"]?.AsArray().Any(p => $"{p!["name"]}" == "If-None-Match") == true)
            .Select(one => one.Operation["operationId"]!.GetValue<string>()).ToHashSet();
        Assert.True(tagged.Count > 15, $"Only {tagged.Count} have a tag.");
        List<(Person Caller, string Path)> asked = [.. new ApiDocument(document).Operations.Where(o => o.Method == "GET" && tagged.Contains(o.Id)).Select(o => (world.CallerOf(o), world.PathOf(o))),
            (new Person(server), "openapi/v1.json")];
        Assert.Equal(tagged.Count + 1, asked.Count);
        foreach (var (caller, path) in asked)
        {
            foreach (var (at, alter) in Altered.Index())
                await Answers(304, caller, path, alter, at);
            foreach (var (at, alter) in Others.Index())
                await Answers(200, caller, path, alter, at);
        }
    }

    /// <summary>What follows a sale may change a list in between: then it is asked anew.</summary>
    private static async Task Answers(int status, Person caller, string path, Func<string, string> alter, int at)
    {
        for (var tries = 0; ; tries++)
        {
            var tag = (await caller.Get(path)).Expect(200).ETag;
            Assert.True(tag is not null, $"{path} has no ETag.");
            var reply = await caller.Get(path, ("If-None-Match", alter(tag)));
            if (reply.ETag != tag && tries < 20)
                continue;
            Assert.True((int)reply.Status == status, $"{path}: {(int)reply.Status} for {alter(tag)}, number {at}, where the tag is {tag}");
            return;
        }
    }

    private static string With(string tag, string suffix) => $"{tag[..^1]}{suffix}\"";
}
