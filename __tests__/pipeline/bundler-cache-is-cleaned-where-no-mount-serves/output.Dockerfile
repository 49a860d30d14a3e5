FROM ruby:3.3-slim
WORKDIR /app
COPY . .
RUN bundle install \
    && rm -rf /usr/local/bundle/cache/*.gem
CMD ["ruby", "app.rb"]
