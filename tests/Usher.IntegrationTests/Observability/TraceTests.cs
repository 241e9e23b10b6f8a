using System.Text;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Observability;

/// <summary>From a request to the batch it was sold in and back, and what of it goes to whoever collects traces.</summary>
[Collection(nameof(Watched))]
public sealed class TraceTests(Servers servers, Watched watched)
{
    private const int Internal = 1, Server = 2, Client = 3;

    [Theory, OnBothEngines]
    public async Task A_request_leads_to_the_batch_it_was_sold_in_and_the_batch_back_to_it(Engine engine)
    {
        var stage = await watched.On(engine);
        Assert.Equal(Watched.Stage.TraceId, stage.Booked.Header("X-Request-Id"));
        var request = await stage.Sink.Wait(span => span.TraceId == Watched.Stage.TraceId && span.Kind == Server);
        Assert.Equal("POST /api/bookings", request.Name);
        var batch = await stage.Sink.Wait(span => request.Links.Contains(span.SpanId));
        Assert.Equal(("sell batch", Internal, "1", "1"), (batch.Name, batch.Kind, batch.Attributes["usher.batch.size"], batch.Attributes["usher.batch.events"]));
        Assert.Equal(request.SpanId, Assert.Single(batch.Links));
        Assert.NotEqual(request.TraceId, batch.TraceId);
        Assert.Equal("", batch.ParentId);

        Assert.Equal(
            ("confirmed", "book", stage.Show.Id.ToString(), stage.Buyer.Id.ToString(), "201"),
            (request.Attributes["usher.outcome"], request.Attributes["usher.command"], request.Attributes["usher.event.id"], request.Attributes["enduser.id"], request.Attributes["http.response.status_code"]));
        Assert.DoesNotContain(request.Attributes.Keys, key => key is "url.path" or "url.query" or "user_agent.original");
        if (engine != Engine.Postgres)
            return;
        foreach (var statement in (string[])["BEGIN", "COMMIT"])
        {
            var below = await stage.Sink.Wait(span => span.ParentId == batch.SpanId && span.Attributes.GetValueOrDefault("db.query.text", "").Contains(statement, StringComparison.Ordinal));
            Assert.Equal(("Npgsql", Client, batch.TraceId), (below.Scope, below.Kind, below.TraceId));
        }
    }

    [Theory, OnBothEngines]
    public async Task Requests_that_are_sold_together_are_linked_to_one_batch(Engine engine)
    {
        var stage = await watched.On(engine);
        var show = await stage.Organizer.Announce();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ => (await stage.Buyer.Book(show)).Expect(201)));
        await Eventually.IsTrue(() => Task.FromResult(Requests().Count == 40));
        var batches = stage.Sink.Spans.Where(span => span.Name == "sell batch").ToDictionary(span => span.SpanId);
        foreach (var request in Requests())
            Assert.Contains(request.SpanId, batches[Assert.Single(request.Links)].Links);
        Assert.True(Requests().Select(request => request.Links[0]).Distinct().Count() < 40, "No two were sold together.");

        List<Span> Requests() => [.. stage.Sink.Spans.Where(span => span.Kind == Server && span.Attributes.GetValueOrDefault("usher.event.id") == show.Id.ToString())];
    }

    [Theory, OnBothEngines]
    public async Task What_looks_whether_there_is_something_to_do_is_not_traced(Engine engine)
    {
        var stage = await watched.On(engine);
        await stage.Sink.Wait(span => span.Name == "dispatch messages");
        // A statement belongs to a request, a batch, or work that found something.
        Assert.DoesNotContain(stage.Sink.Spans, span => span.Scope == "Npgsql" && span.ParentId.Length == 0);
        Assert.DoesNotContain(stage.Sink.Spans, span => span.Name.Contains("/health", StringComparison.Ordinal) || span.Name.Contains("/metrics", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_an_endpoint_no_request_has_an_activity()
    {
        // Made for each request, and for nobody: a third of the sale. Whoever sent the header would read their own id here.
        var server = await servers.Shared(Engine.Sqlite);
        var reply = (await new Person(server).Get("api/events", ("traceparent", Watched.Stage.TraceParent))).Expect(200);
        Assert.NotEqual(Watched.Stage.TraceId, reply.Header("X-Request-Id"));
        Assert.Equal(32, reply.Header("X-Request-Id")!.Length);
    }

    [Fact]
    public async Task Metrics_are_sent_to_the_same_endpoint()
    {
        var stage = await watched.On(Engine.Sqlite);
        await Eventually.IsTrue(() => Task.FromResult(stage.Sink.Received.Any(r => r.Signal == "metrics" && Encoding.UTF8.GetString(r.Bytes).Contains("usher.bookings", StringComparison.Ordinal))));
    }
}
