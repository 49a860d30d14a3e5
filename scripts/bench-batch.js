// Planning speed and memory of `dfix batch plan` over generated repositories. Needs `npm run build`; the figures are this
// machine's. Arguments: how many repositories, several times; 100 1000 10000 unless said.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './bundle.js';

/** Repositories of six kinds; no two have the same Dockerfile, so nothing that is kept by text is found again. */
const kinds = [
  (i) => ({
    Dockerfile: `FROM node:20\nWORKDIR /app${i}\nCOPY . .\nRUN npm ci\nRUN npm run build\nEXPOSE 3000\nCMD ["node", "dist/server.js"]\n`,
    'package.json': `{"name":"app-${i}","version":"1.0.0","scripts":{"build":"tsc"},"dependencies":{"express":"4.19.2"}}\n`,
    'package-lock.json': `{"name":"app-${i}","version":"1.0.0","lockfileVersion":3,"packages":{}}\n`,
    'src/server.js': "require('express')().listen(3000);\n",
  }),
  (i) => ({
    Dockerfile: `FROM python:3.12\nENV APP=app${i} PYTHONUNBUFFERED=1\nWORKDIR /app\nCOPY . /app\nRUN pip install -r requirements.txt\nCMD ["python", "main.py"]\n`,
    'requirements.txt': 'flask==3.0.0\nrequests==2.32.0\n',
    'main.py': 'import flask\n',
  }),
  (i) => ({
    Dockerfile: `FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN go mod download && go build -o /out/app${i} ./cmd\nFROM debian:12-slim\nCOPY --from=build /out/app${i} /usr/bin/\nENTRYPOINT ["/usr/bin/app${i}"]\n`,
    'go.mod': `module example.org/app${i}\n\ngo 1.22\n`,
    'go.sum': '',
    'cmd/main.go': 'package main\n\nfunc main() {}\n',
  }),
  (i) => ({
    Dockerfile: `FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl git build-essential\nARG VERSION=${i}\nRUN curl -fsSL https://example.org/$VERSION.tar.gz | tar -xz -C /opt && make -C /opt install\nUSER app\nCMD service\n`,
  }),
  (i) => ({
    'docker/Dockerfile': `FROM ubuntu:24.04\n# service ${i}\nRUN apt-get update && \\\n    apt-get install -y --no-install-recommends \\\n      ca-certificates \\\n      nginx && \\\n    rm -rf /var/lib/apt/lists/*\nCOPY nginx.conf /etc/nginx/\nCMD ["nginx", "-g", "daemon off;"]\n`,
    'nginx.conf': 'events {}\n',
    'compose.yaml': `services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/Dockerfile\n`,
  }),
  (i) => ({
    Dockerfile: `FROM alpine:3.20\nRUN apk add bash curl jq\nCOPY entry.sh /usr/local/bin/entry${i}\nENTRYPOINT ["/usr/local/bin/entry${i}"]\n`,
    'entry.sh': '#!/bin/sh\nexec "$@"\n',
  }),
];

function generate(folder, count) {
  for (let i = 0; i < count; i++) {
    const repository = path.join(folder, 'repos', `r${String(i).padStart(5, '0')}`);
    for (const [name, text] of Object.entries(kinds[i % kinds.length](i))) {
      mkdirSync(path.dirname(path.join(repository, name)), { recursive: true });
      writeFileSync(path.join(repository, name), text);
    }
    mkdirSync(path.join(repository, '.git'));
  }
}

/** The most memory that a process had so far, MB, and its seconds on a core; from proc(5), so on Linux only. */
function usageOf(pid) {
  try {
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return { peak, cpu: (user + system) / 100 };
  } catch {
    return undefined;
  }
}

async function plan(folder) {
  const start = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'bin/dfix.js'), 'batch', 'plan', 'repos/*'], { cwd: folder });
  let [lines, usage, errors] = [0, undefined, ''];
  child.stdout.on('data', (chunk) => {
    for (const byte of chunk) if (byte === 10) lines++;
  });
  child.stderr.on('data', (chunk) => (errors += chunk));
  const timer = setInterval(() => (usage = usageOf(child.pid) ?? usage), 20);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`dfix batch plan ended with ${code}: ${errors}`);
  return { lines, usage, seconds: (performance.now() - start) / 1000 };
}

const counts = process.argv.slice(2).map(Number);
for (const count of counts.length > 0 ? counts : [100, 1000, 10_000]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dfix-bench-batch-'));
  try {
    generate(folder, count);
    const first = await plan(folder);
    const again = await plan(folder);
    if (first.lines !== count || again.lines !== 0) throw new Error(`${first.lines} and ${again.lines} were planned`);
    const { usage } = first;
    const told =
      usage === undefined
        ? ''
        : `, ${Math.round(count / usage.cpu)} a second of a core, peak RSS ${Math.round(usage.peak)} MB`;
    console.log(
      `${count} repositories: ${Math.round(count / first.seconds)} a second${told}; again, unchanged: ${again.seconds.toFixed(1)} s`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
