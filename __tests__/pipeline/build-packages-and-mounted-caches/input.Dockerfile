FROM python:3.12-slim-bookworm
WORKDIR /app
COPY requirements.txt ./
RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev
RUN pip install -r requirements.txt
RUN rm -rf /var/lib/apt/lists/*
COPY . .
CMD ["python", "app.py"]
