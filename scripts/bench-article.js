// The case of the article "Docker should be fast, not slow": a blog server in Go with tools of its own under cmd/, whose
// pages are rendered while it is built and embedded. Builds it three ways in one run: as most files are written, the same
// through `dfix --write`, and by hand as the article does it. Prints cold build, rebuild after one source line and image
// size; ends with 1 when dfix misses a bar. Needs a container engine with golang:latest, golang:1.19-alpine, alpine:3.18.
//   npm run bench:article [-- --write]
// With --write the figures become a part of docs/results.md.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './bundle.js';
import { writeSection } from './section.js';

const NAIVE = `FROM golang:latest
WORKDIR /blog
COPY . .
RUN go mod download
RUN go build -o rendermd ./cmd/rendermd
RUN go build -o buildindex ./cmd/buildindex
RUN ./rendermd ./articles ./server/static
RUN ./buildindex ./server/static
RUN go build -o app ./server
EXPOSE 8080
ENTRYPOINT ["./app"]
`;

const BY_HAND = `FROM golang:1.19-alpine AS tooling
WORKDIR /blog
ENV CGO_ENABLED=0
COPY go.mod ./
COPY cmd ./cmd
RUN --mount=type=cache,target=/go/pkg/mod go mod download
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \\
    go build -o rendermd ./cmd/rendermd && go build -o buildindex ./cmd/buildindex

FROM tooling AS builder
COPY server ./server
COPY articles ./articles
RUN ./rendermd ./articles ./server/static && ./buildindex ./server/static
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \\
    go build -o /app ./server

FROM alpine:3.18
EXPOSE 8080
COPY --from=builder /app /app
ENTRYPOINT ["/app"]
`;

const RENDER = `package main

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	names, err := filepath.Glob(filepath.Join(os.Args[1], "*.md"))
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		out := filepath.Join(os.Args[2], strings.TrimSuffix(filepath.Base(name), ".md")+".html")
		if err := os.WriteFile(out, []byte(fmt.Sprintf("<pre>%s</pre>", html.EscapeString(string(text)))), 0o644); err != nil {
			panic(err)
		}
	}
}
`;

const INDEX = `package main

import (
	"os"
	"path/filepath"
	"strings"
)

func main() {
	names, _ := filepath.Glob(filepath.Join(os.Args[1], "*.html"))
	var page strings.Builder
	for _, name := range names {
		page.WriteString("<a>" + filepath.Base(name) + "</a>")
	}
	if err := os.WriteFile(filepath.Join(os.Args[1], "index.html"), []byte(page.String()), 0o644); err != nil {
		panic(err)
	}
}
`;

const SERVER = `package main

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"log"
	"net/http"
)

//go:embed static
var static embed.FS

// version 1

func main() {
	pages, err := fs.Sub(static, "static")
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/", http.FileServer(http.FS(pages)))
	http.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		z := gzip.NewWriter(w)
		defer z.Close()
		json.NewEncoder(z).Encode(map[string]string{"ok": fmt.Sprint(true)})
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
`;

const FILES = {
  'go.mod': 'module example.com/blog\n\ngo 1.19\n',
  'cmd/rendermd/main.go': RENDER,
  'cmd/buildindex/main.go': INDEX,
  'server/main.go': SERVER,
  'server/static/style.css': 'pre { max-width: 40em }\n',
  ...Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`articles/${i}.md`, `# Article ${i}\n\n${'Some words. '.repeat(800)}\n`]),
  ),
};

const home = mkdtempSync(path.join(tmpdir(), 'dfix-article-'));
const docker = (...words) =>
  execFileSync('docker', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
const timed = (work) => {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
};

function folderWith(name, dockerfile) {
  const folder = path.join(home, name);
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  writeFileSync(path.join(folder, 'Dockerfile'), dockerfile);
  return folder;
}

/**
 * A cold build starts from nothing: cache mounts get ids of this run, so that no other build's are used or lost, and the
 * lines that change are this run's, so that a rebuild finds no layer of an earlier one.
 */
function measure(name, folder) {
  const file = path.join(folder, 'Dockerfile');
  const own = `${path.basename(home)}-${name}`;
  const text = readFileSync(file, 'utf8')
    .replace(/(--mount=type=cache,)id=([\w.-]+)/g, `$1id=${own}-$2`)
    .replace(
      /--mount=type=cache,target=([\w/.-]+)/g,
      (_, target) => `--mount=type=cache,id=${own}${target.replaceAll('/', '-')},target=${target}`,
    );
  writeFileSync(file, text);
  const tag = `dfix-article:${name}`;
  const build = (...more) => docker('buildx', 'build', '--load', '--provenance=false', '-t', tag, ...more, folder);
  const cold = timed(() => build('--no-cache'));
  const rebuilds = [1, 2, 3].map((count) => {
    const source = path.join(folder, 'server/main.go');
    writeFileSync(source, readFileSync(source, 'utf8').replace(/version .*/, `version ${own} ${count}`));
    return timed(() => build());
  });
  const size = Number(docker('image', 'inspect', '--format', '{{.Size}}', tag));
  return { name, cold, rebuild: rebuilds.sort((a, b) => a - b)[1], size };
}

function lines(measured, bars) {
  return [
    '## The case of an article',
    '',
    'Written by `npm run bench:article -- --write`: a blog server in Go with tools of its own, as most Dockerfiles are written,',
    'the same through `dfix --write`, and by hand as its article does it; all three built in one run, the rebuilds after a change',
    'of one line, the median of three.',
    '',
    '| | cold build | rebuild | image |',
    '| --- | --: | --: | --: |',
    ...measured.map(
      ({ name, cold, rebuild, size }) =>
        `| ${name} | ${cold.toFixed(1)} s | ${rebuild.toFixed(1)} s | ${(size / 1e6).toFixed(1)} MB |`,
    ),
    '',
    ...bars.map(([bar, holds]) => `- ${bar}: ${holds ? 'yes' : 'no'}`),
  ];
}

let failed = false;
try {
  const naive = folderWith('naive', NAIVE);
  const dfix = path.join(home, 'dfix');
  cpSync(naive, dfix, { recursive: true });
  execFileSync(process.execPath, [path.join(root, 'bin/dfix.js'), '--write', dfix], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(readFileSync(path.join(dfix, 'Dockerfile'), 'utf8'));
  const hand = folderWith('by-hand', BY_HAND);
  const [a, b, c] = [measure('naive', naive), measure('dfix', dfix), measure('by-hand', hand)];
  for (const { name, cold, rebuild, size } of [a, b, c])
    console.log(
      `${name.padEnd(8)} cold ${cold.toFixed(1)} s, rebuild ${rebuild.toFixed(1)} s, image ${(size / 1e6).toFixed(1)} MB`,
    );
  console.log(
    `dfix: ${(a.size / b.size).toFixed(0)} times smaller and ${(a.rebuild / b.rebuild).toFixed(1)} times faster to rebuild than naive; by hand: ${(a.size / c.size).toFixed(0)} and ${(a.rebuild / c.rebuild).toFixed(1)}`,
  );
  const bars = [
    [`image at most 2 % larger than by hand`, b.size <= c.size * 1.02],
    [`rebuild at most 25 % slower than by hand`, b.rebuild <= c.rebuild * 1.25],
    [`rebuild at least 9 times faster than naive`, a.rebuild >= b.rebuild * 9],
  ];
  for (const [bar, holds] of bars) console.log(`${holds ? 'holds ' : 'MISSED'} ${bar}`);
  failed = bars.some(([, holds]) => !holds);
  if (process.argv.includes('--write')) writeSection('scripts/bench-article.js', lines([a, b, c], bars));
} finally {
  for (const name of ['naive', 'dfix', 'by-hand']) {
    try {
      docker('image', 'rm', '-f', `dfix-article:${name}`);
    } catch {
      // It was not built.
    }
  }
  rmSync(home, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
