FROM ubuntu:22.04
RUN apt-get update && apt-get install -y wget
COPY setup.sh /tmp/setup.sh
RUN /tmp/setup.sh
