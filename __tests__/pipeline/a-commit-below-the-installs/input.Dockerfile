FROM debian:12
ARG VCS_REF
LABEL org.opencontainers.image.revision=$VCS_REF
COPY app /app
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
CMD ["/app/run"]
