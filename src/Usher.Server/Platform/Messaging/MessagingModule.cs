using Usher.Server.Platform.Messaging.RabbitMq;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

internal static class MessagingModule
{
    /// <summary>A consumer is added by <c>services.AddScoped&lt;IConsumer, X&gt;()</c>, in every role: who sends must know who takes.</summary>
    public static void AddMessaging(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<MessagingOptions>().BindConfiguration(MessagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<Subscriptions>();
        services.AddSingleton<Delivery>();
        services.AddSingleton<IOutbox>(s => s.GetRequiredService<IDatabaseEngine>().Pick<IOutbox>(() => new SqliteOutbox(), () => new PostgresOutbox()));
        if (builder.Configuration.GetConnectionString("RabbitMq") is { Length: > 0 } address)
        {
            services.AddSingleton(s => ActivatorUtilities.CreateInstance<Broker>(s, address));
            services.AddSingleton<IMessageBus, RabbitMqBus>();
            builder.AddWork<Subscriber>();
            services.AddOptions<MessagingOptions>().Validate((MessagingOptions _, IHostEnvironment environment) => !(environment.IsProduction() && IsOpenToAll(address)),
                "ConnectionStrings:RabbitMq names the guest that every broker has, on another machine: give the broker an account of its own.");
            // Who only serves has nothing to do with the broker.
            if (builder.Plays(Roles.Work))
                services.AddHealthChecks().AddCheck<BrokerHealth>("broker");
        }
        else
        {
            services.AddSingleton<IMessageBus, InProcessBus>();
        }
        builder.AddWork<Dispatcher>();
        builder.AddWork<WatchOutbox>();
        services.AddHealthChecks().AddCheck<OutboxBacklog>("outbox");
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddWork<ForgetOldRows>();
    }

    /// <summary>A broker lets its guest in from its own machine only, unless somebody has told it otherwise, and then it lets everyone in.</summary>
    private static bool IsOpenToAll(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var broker) && !broker.IsLoopback && broker.UserInfo is "" or "guest" or "guest:guest";
}
