FROM example.com/ruby:1
ENV GEM_HOME=/gems
COPY . .
RUN bundle install
CMD ["ruby", "app.rb"]
