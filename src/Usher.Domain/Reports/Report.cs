namespace Usher.Domain.Reports;

/// <summary>What an organizer sold in one period, as it was when the period had ended. There is one per organizer and period.</summary>
public sealed class Report
{
    public required Guid Id { get; init; }
    public required Guid OrganizerId { get; init; }
    public required PeriodKind Kind { get; init; }
    public required DateOnly FirstDay { get; init; }

    /// <summary>Its figures, as JSON.</summary>
    public required string Content { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Which period an organizer's next report is of. It moves on in the commit that stores the report.</summary>
public sealed class ReportProgress
{
    public required Guid OrganizerId { get; init; }
    public required PeriodKind Kind { get; init; }
    public required DateOnly NextDay { get; init; }
}
