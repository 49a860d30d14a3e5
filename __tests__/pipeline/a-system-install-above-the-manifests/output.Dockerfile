FROM node:22-bookworm-slim
WORKDIR /app
RUN --mount=type=cache,id=dfix-apt-debian-bookworm,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=dfix-apt-lists-debian-bookworm,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/ \
    && apt-get update && apt-get install -y --no-install-recommends git && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/
COPY package.json package-lock.json ./
RUN --mount=type=cache,id=dfix-npm,target=/root/.npm npm ci
COPY . .
CMD ["node", "index.js"]
