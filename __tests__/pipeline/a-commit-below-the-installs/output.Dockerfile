FROM debian:12
RUN --mount=type=cache,id=dfix-apt-debian-bookworm,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=dfix-apt-lists-debian-bookworm,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/ \
    && apt-get update && apt-get install -y --no-install-recommends curl && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/
COPY app /app
ARG VCS_REF
LABEL org.opencontainers.image.revision=$VCS_REF
CMD ["/app/run"]
