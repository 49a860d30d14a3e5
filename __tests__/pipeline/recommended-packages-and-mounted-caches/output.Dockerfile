FROM debian:bookworm-slim
RUN --mount=type=cache,id=dfix-apt-debian-bookworm,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=dfix-apt-lists-debian-bookworm,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/ \
    && apt-get update && apt-get install -y --no-install-recommends ca-certificates git \
    && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/
CMD ["git", "--version"]
