// Planning speed and memory of `dfix batch plan` over generated repositories: work trees of Git with some files and forty
// commits. Needs `npm run build`; the figures are this machine's, and of no use while it does other work. Arguments: how
// many repositories, several times; 100 1000 10000 unless said.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './bundle.js';

/** Repositories of six kinds, one of which makes dfix ask for the history, as a fifth of public Dockerfiles do; no two have the same Dockerfile, so nothing that is kept by text is found again. */
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
    Dockerfile: `FROM debian:12\nARG VERSION=1.${i}\nRUN apt-get update\nRUN apt-get install -y curl git build-essential\nRUN curl -fsSL https://example.org/$VERSION.tar.gz | tar -xz -C /opt && make -C /opt install\nUSER app\nCMD service\n`,
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

/** Commits of each repository, of which every fourth changes its Dockerfile. */
const COMMITS = 40;

/** A repository with a branch for each kind, whose objects all others share; the branches' newest commits and indexes. */
function histories(folder) {
  execFileSync('git', ['init', '-q', '--bare', folder]);
  const stream = kinds.flatMap((kind, branch) =>
    Array.from({ length: COMMITS }, (_, at) => {
      const files = { ...kind(Math.floor(at / 4)), 'NOTES.md': `${at}\n` };
      const written = Object.entries(files).map(
        ([name, text]) => `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
      );
      const head = `commit refs/heads/b${branch}\ncommitter a <a@example.org> ${1_700_000_000 + at} +0000\ndata 1\n.\n`;
      return `${head}${written.join('')}`;
    }),
  );
  execFileSync('git', ['-C', folder, 'fast-import', '--quiet'], { input: stream.join('') });
  return kinds.map((_, branch) => {
    execFileSync('git', ['-C', folder, 'read-tree', `b${branch}`]);
    const tip = execFileSync('git', ['-C', folder, 'rev-parse', `b${branch}`], { encoding: 'utf8' });
    return { tip, index: readFileSync(path.join(folder, 'index')) };
  });
}

function generate(folder, count) {
  const shared = path.join(folder, 'shared.git');
  const made = histories(shared);
  for (let i = 0; i < count; i++) {
    const repository = path.join(folder, 'repos', `r${String(i).padStart(5, '0')}`);
    const files = {
      ...kinds[i % kinds.length](i),
      'NOTES.md': `${COMMITS - 1}\n`,
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/refs/heads/main': made[i % kinds.length].tip,
      '.git/index': made[i % kinds.length].index,
      '.git/objects/info/alternates': `${path.join(shared, 'objects')}\n`,
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(repository, name)), { recursive: true });
      writeFileSync(path.join(repository, name), text);
    }
  }
}

/** The most memory that a process had so far, MB, and its seconds on a core, those of its children too; from proc(5), so on Linux only. */
function usageOf(pid) {
  try {
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .map(Number);
    return { peak, cpu: ticks.reduce((sum, one) => sum + one) / 100 };
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
