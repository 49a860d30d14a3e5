FROM centos:7
RUN --mount=type=cache,id=dfix-yum-centos-7,target=/var/cache/yum,sharing=locked \
    yum install --setopt=keepcache=1 -y httpd
CMD ["httpd", "-DFOREGROUND"]
