FROM debian:bookworm-slim
RUN apt-get update
RUN apt-get install -y curl
RUN curl -fsSLO https://example.com/a-1.0.tgz
RUN tar xzf a-1.0.tgz -C /opt
RUN rm a-1.0.tgz
RUN apt-get clean && rm -rf /var/lib/apt/lists/*
CMD ["/opt/a"]
