FROM python:3.12-slim-bookworm
WORKDIR /app
COPY requirements.txt ./
RUN --mount=type=cache,id=dfix-apt-debian-bookworm,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=dfix-apt-lists-debian-bookworm,target=/var/lib/apt/lists,sharing=locked \
    --mount=type=cache,id=dfix-pip-debian-bookworm,target=/root/.cache/pip \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/ \
    && apt-get update && apt-get install -y --no-install-recommends gcc libpq5 libpq-dev \
    && pip install -r requirements.txt \
    && apt-mark auto gcc libpq-dev > /dev/null \
    && apt-get purge -y --auto-remove -o APT::AutoRemove::SuggestsImportant=false \
    && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/
COPY . .
CMD ["python", "app.py"]
