FROM nginx:1.27.0-alpine
COPY site /usr/share/nginx/html
EXPOSE 80
