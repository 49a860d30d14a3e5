FROM opensuse/leap:15.6
RUN zypper --non-interactive install nginx \
    && zypper clean --all
CMD ["nginx", "-g", "daemon off;"]
