FROM python:3.12-alpine
COPY requirements.txt ./
RUN --mount=type=cache,id=dfix-apk-python-3.12-alpine,target=/var/cache/apk,sharing=locked \
    --mount=type=cache,id=dfix-pip-python-3.12-alpine,target=/root/.cache/pip \
    mkdir -p /etc/apk && ln -sfn /var/cache/apk /etc/apk/cache \
    && apk add -U --virtual .build-deps gcc musl-dev \
    && pip install -r requirements.txt \
    && apk del .build-deps \
    && rm /etc/apk/cache
COPY . .
CMD ["python", "app.py"]
