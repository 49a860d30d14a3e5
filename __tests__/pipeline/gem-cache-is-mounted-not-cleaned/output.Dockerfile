FROM ruby:3.3-slim
RUN --mount=type=cache,id=dfix-gems-ruby-3.3-slim,target=/usr/local/bundle/cache,sharing=locked \
    gem install rackup
CMD ["rackup"]
