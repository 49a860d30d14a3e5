#!/bin/sh
# Prints the titles of the newest releases of a feed.
set -eu
curl -fsSL "$1" | jq -r '.[].name'
