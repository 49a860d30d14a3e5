FROM php:8.2-cli
WORKDIR /app
COPY . .
RUN composer install --no-dev
CMD ["php", "index.php"]
