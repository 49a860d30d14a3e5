FROM debian:bookworm-slim
ENTRYPOINT cd /srv && exec java $JAVA_OPTS -jar "/srv/my app.jar" > /var/log/app.log 2>&1
