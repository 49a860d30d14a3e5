FROM debian:bookworm-slim
RUN --mount=type=cache,id=dfix-apt-debian-bookworm,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=dfix-apt-lists-debian-bookworm,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/ \
    && apt-get update && apt-get install -y curl \
    && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/
RUN curl -fsSL -o /tmp/tool-1.2.tar.gz https://example.com/tool-1.2.tar.gz \
    && tar -xzf /tmp/tool-1.2.tar.gz -C /opt \
    && rm /tmp/tool-1.2.tar.gz
ADD --chmod=755 https://example.com/wait-1.0 /usr/local/bin/wait
CMD ["/opt/tool/bin/tool"]
