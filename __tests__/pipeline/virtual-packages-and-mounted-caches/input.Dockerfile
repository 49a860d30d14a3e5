FROM python:3.12-alpine
COPY requirements.txt ./
RUN apk add --no-cache --virtual .build-deps gcc musl-dev
RUN pip install --no-cache-dir -r requirements.txt
RUN apk del .build-deps
COPY . .
CMD ["python", "app.py"]
