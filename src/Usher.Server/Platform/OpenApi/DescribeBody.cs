using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.OpenApi;

/// <summary>
/// Describes the bodies that the framework does not bind itself, and the problem that every operation may return. The framework writes
/// nested types as separate schemas only for a type that it finds by itself.
/// </summary>
internal sealed class DescribeBody : IApiDescriptionProvider
{
    /// <summary>Runs after the framework's own providers.</summary>
    public int Order => 0;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var operation in context.Results)
        {
            var metadata = operation.ActionDescriptor.EndpointMetadata;
            operation.SupportedResponseTypes.Add(new ApiResponseType
            {
                StatusCode = StatusCodes.Status500InternalServerError,
                Type = typeof(ProblemResponse),
                ApiResponseFormats = [new ApiResponseFormat { MediaType = "application/problem+json" }],
            });
            if (metadata.OfType<BodyOf>().LastOrDefault() is not { } body)
                continue;
            operation.ParameterDescriptions.Add(new ApiParameterDescription
            {
                Name = "body",
                Source = BindingSource.Body,
                Type = body.Type,
                IsRequired = !metadata.OfType<BodyIsOptional>().Any(),
            });
            operation.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = operation.HttpMethod == "PATCH" ? "application/merge-patch+json" : "application/json" });
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context) { }
}
