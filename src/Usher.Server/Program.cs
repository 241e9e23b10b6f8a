using Usher.Server.Platform;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<DataDirectory>();
builder.AddHttp();
builder.AddPersistence();

var app = builder.Build();
app.UseHttp();
app.Run();
