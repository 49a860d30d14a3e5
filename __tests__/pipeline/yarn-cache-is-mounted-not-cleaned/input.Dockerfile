FROM node:20-slim
RUN yarn global add serve
CMD ["serve"]
