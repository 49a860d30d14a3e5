FROM node:20-slim
RUN --mount=type=cache,id=dfix-npm,target=/root/.npm npm install -g serve
CMD ["serve"]
