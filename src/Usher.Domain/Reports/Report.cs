namespace Usher.Domain.Reports;

/// <summary>Sales of an organizer in one period, as they were at its end. There is one report per organizer and period.</summary>
public sealed class Report
{
    public required Guid Id { get; init; }
    public required Guid OrganizerId { get; init; }
    public required PeriodKind Kind { get; init; }
    public required DateOnly FirstDay { get; init; }

    /// <summary>The figures, as JSON.</summary>
    public required string Content { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The next period of an organizer's reports. It advances in the commit that stores the report.</summary>
public sealed class ReportProgress
{
    public required Guid OrganizerId { get; init; }
    public required PeriodKind Kind { get; init; }
    public required DateOnly NextDay { get; init; }
}
