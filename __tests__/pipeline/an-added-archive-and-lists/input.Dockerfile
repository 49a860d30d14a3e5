FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y curl
ADD https://example.com/tool-1.2.tar.gz /tmp/
RUN tar -xzf /tmp/tool-1.2.tar.gz -C /opt
RUN rm /tmp/tool-1.2.tar.gz
ADD https://example.com/wait-1.0 /usr/local/bin/wait
RUN chmod 755 /usr/local/bin/wait
RUN rm -rf /var/lib/apt/lists/*
CMD ["/opt/tool/bin/tool"]
