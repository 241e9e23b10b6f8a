var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => "Usher");
app.Run();
