FROM debian:bookworm

# system packages
RUN apt-get update

RUN apt-get install -y --no-install-recommends curl \
    git
COPY . /srv
CMD ["/srv/run"]
