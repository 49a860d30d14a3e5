FROM ubuntu:22.04
RUN --mount=type=cache,id=dfix-apt-ubuntu-jammy,target=/var/cache/apt,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/ \
    && apt-get update && apt-get install -y wget \
    && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/
COPY setup.sh /tmp/setup.sh
RUN /tmp/setup.sh
