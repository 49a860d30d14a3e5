FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,id=dfix-npm,target=/root/.npm npm ci \
    && chown -R node:node /app
COPY --chown=node:node src ./src
USER node
CMD ["node", "src/server.js"]
