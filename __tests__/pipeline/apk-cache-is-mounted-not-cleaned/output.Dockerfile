FROM alpine:3.20
RUN --mount=type=cache,id=dfix-apk-alpine-3.20,target=/var/cache/apk,sharing=locked \
    mkdir -p /etc/apk && ln -sfn /var/cache/apk /etc/apk/cache \
    && apk add -U curl \
    && rm /etc/apk/cache
CMD ["curl", "--version"]
