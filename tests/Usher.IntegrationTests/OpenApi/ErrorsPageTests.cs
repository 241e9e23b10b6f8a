using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Http;

namespace Usher.IntegrationTests.OpenApi;

/// <summary>The address that every problem names as its type.</summary>
public sealed class ErrorsPageTests(Servers servers)
{
    [Fact]
    public async Task The_type_of_a_problem_leads_to_what_it_means()
    {
        var stranger = new Person(await servers.Shared(Engine.Sqlite));
        var type = (await stranger.Get("api/me")).Expect(401)["type"].GetValue<string>().Split('#');
        var page = (await stranger.Get(type[0].TrimStart('/'))).Expect(200);
        Assert.Equal("text/html", page.ContentHeaders.ContentType!.MediaType);
        Assert.Contains($"id=\"{type[1]}\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("style-src 'sha256-", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(Problems.All.Select(p => p.Code).Distinct().Count(), page.Text.Split("<section id=").Length - 1);
        // Advice is Markdown, and nothing of it may become a tag.
        Assert.DoesNotContain("`", page.Text, StringComparison.Ordinal);
    }
}
