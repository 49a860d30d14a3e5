FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,id=dfix-go-mod,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,id=dfix-go-mod,target=/go/pkg/mod \
    --mount=type=cache,id=dfix-go-build-debian-bookworm,target=/root/.cache/go-build \
    go generate ./... && CGO_ENABLED=0 go build -trimpath -o /out/app ./cmd/app
RUN --mount=type=cache,id=dfix-go-mod,target=/go/pkg/mod make assets

FROM gcr.io/distroless/static-debian12
COPY --from=build /out/app /app
ENTRYPOINT ["/app"]
