FROM python:3.11-slim-bookworm
WORKDIR /app
COPY requirements.txt .
RUN set -eux; \
    apt-get update; \
    apt-get install -y --no-install-recommends gcc libpq-dev; \
    pip install --no-cache-dir -r requirements.txt; \
    apt-get purge -y --auto-remove gcc; \
    # tidy
    rm -rf /var/lib/apt/lists/* /tmp/*
COPY . .
CMD ["python", "app.py"]
