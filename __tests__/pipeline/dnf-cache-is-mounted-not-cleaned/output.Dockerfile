FROM fedora:40
RUN --mount=type=cache,id=dfix-dnf-fedora-40,target=/var/cache/dnf,sharing=locked \
    dnf install --setopt=keepcache=1 -y nginx
CMD ["nginx", "-g", "daemon off;"]
