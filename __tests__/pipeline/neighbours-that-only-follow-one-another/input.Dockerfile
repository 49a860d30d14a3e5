FROM debian:bookworm-slim
RUN cd /opt
RUN mkdir app
RUN set -u; echo "$PATH" > /path
RUN echo "$UNSET" > /unset
SHELL ["/bin/bash", "-c"]
RUN echo done > /done
CMD ["cat", "/done"]
