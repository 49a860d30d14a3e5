FROM php:8.2-cli
WORKDIR /app
COPY . .
RUN --mount=type=cache,id=dfix-composer,target=/root/.composer/cache \
    COMPOSER_CACHE_DIR=/root/.composer/cache composer install --no-dev
CMD ["php", "index.php"]
