#!/bin/sh
exec jq . "$@"
