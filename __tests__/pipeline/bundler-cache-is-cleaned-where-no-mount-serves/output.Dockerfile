FROM example.com/ruby:1
ENV GEM_HOME=/gems
COPY . .
RUN bundle install \
    && rm -rf /gems/cache/*.gem
CMD ["ruby", "app.rb"]
