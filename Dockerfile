# syntax=docker/dockerfile:1
# One image for every role: the verb selects it (serve, work, migrate …). Without a verb, it migrates, serves and works.

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /source
# Only the files that determine the packages: while they are unchanged, the layer of packages comes from the cache.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Usher.Domain/Usher.Domain.csproj src/Usher.Domain/packages.lock.json src/Usher.Domain/
COPY src/Usher.Server/Usher.Server.csproj src/Usher.Server/packages.lock.json src/Usher.Server/
RUN dotnet restore src/Usher.Server --locked-mode
COPY src src
ARG VERSION=0.0.0
ARG TARGETARCH=amd64
# Some packages contain native libraries for every system; only those of this one stay.
RUN dotnet publish src/Usher.Server --no-restore --configuration Release --output /app -p:UseAppHost=false -p:Version="$VERSION" \
    && find /app/runtimes -mindepth 1 -maxdepth 1 ! -name "linux-$(echo "$TARGETARCH" | sed s/amd64/x64/)" -exec rm -rf {} + \
    && mkdir /data

# -extra: with ICU and the time zones, which local event times need.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Usher" \
      org.opencontainers.image.description="Event ticketing and booking over HTTP: never a place sold twice, never a sale lost" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
WORKDIR /app
COPY --from=build /app ./
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
# The program writes only to /data and /tmp, so the root file system may be read-only.
# Two arenas: glibc does not share freed memory between arenas, and SQLite allocates on every thread.
ENV ASPNETCORE_HTTP_PORTS=8080 \
    MALLOC_ARENA_MAX=2 \
    DataDirectory=/data
USER $APP_UID
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --start-interval=1s --retries=3 CMD ["dotnet", "usher.dll", "health"]
ENTRYPOINT ["dotnet", "usher.dll"]
