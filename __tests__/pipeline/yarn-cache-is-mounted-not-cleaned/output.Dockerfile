FROM node:20-slim
RUN --mount=type=cache,id=dfix-yarn,target=/usr/local/share/.cache/yarn,sharing=locked \
    yarn global add serve
CMD ["serve"]
