import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnyTransform } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import installProductionOnly from '../../transforms/install-production-only/index.js';
import useAlpineBase from '../../transforms/use-alpine-base/index.js';
import useApkNoCache from '../../transforms/use-apk-no-cache/index.js';
import useSlimBase from '../../transforms/use-slim-base/index.js';
import { dfix, type Folder, folderWith } from '../cli/harness.js';
import { hasEngine, isLong } from './support/engine.js';
import { integrityOf, openRegistry, type Registry, tarballOf } from './support/registry.js';

const MAIN = `package main

import (
	"fmt"
	"os"
)

func main() {
	page, err := os.ReadFile("pages/index.html")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(page), os.Getenv("SHOP"))
}
`;
const GO = {
  Dockerfile:
    'FROM golang:1.19\nWORKDIR /app\nCOPY . .\nRUN go mod download\nRUN go build -o server .\nENV SHOP=open\nCMD ["./server"]\n',
  'go.mod': 'module example.com/shop\n\ngo 1.19\n',
  'main.go': MAIN,
  'internal/notes/notes.go': 'package notes\n',
  'pages/index.html': '<p>shop</p>',
};
const PYTHON = {
  Dockerfile:
    'FROM python:3.11-slim-bookworm\nENV PIP_NO_INDEX=1\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*\nWORKDIR /srv\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n',
  'requirements.txt': '# none\n',
  'app.py': "print('shop')\n",
};

const NODE_MANIFEST = {
  name: 'shop',
  version: '1.0.0',
  dependencies: { alpha: '1.0.0', gamma: '1.0.0' },
  devDependencies: { beta: '1.0.0' },
};
/** A program with two packages, of which it loads one, and one for development. */
const nodeFiles = (url: string): Readonly<Record<string, string>> => {
  const entry = (name: string, dev: boolean) => ({
    version: '1.0.0',
    resolved: `${url}/npm/${name}/-/${name}-1.0.0.tgz`,
    integrity: integrityOf(tarballOf(name)),
    ...(dev ? { dev } : {}),
  });
  const packages = {
    '': NODE_MANIFEST,
    'node_modules/alpha': entry('alpha', false),
    'node_modules/beta': entry('beta', true),
    'node_modules/gamma': entry('gamma', false),
  };
  const lock = { name: 'shop', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  return {
    Dockerfile:
      'FROM node:20\nWORKDIR /srv/shop\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nCMD ["node", "server.js"]\n',
    'package.json': JSON.stringify(NODE_MANIFEST),
    // As npm writes it: `npm prune` writes it anew.
    'package-lock.json': `${JSON.stringify(lock, undefined, 2)}\n`,
    'server.js': "console.log(require('alpha'), require('fs').readFileSync('page.html', 'utf8'));\n",
    'page.html': 'shop\n',
  };
};
const RUST = {
  Dockerfile: 'FROM rust:1.63\nWORKDIR /app\nCOPY . .\nRUN cargo build --release\nCMD ["./target/release/shop"]\n',
  'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
  'Cargo.lock': 'version = 3\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n',
  'src/main.rs': 'fn main() { print!("{}", std::fs::read_to_string("pages/index.html").unwrap()); }\n',
  'pages/index.html': '<p>shop</p>\n',
};

interface Report {
  readonly files: readonly {
    readonly outcome: string;
    readonly before: { readonly size: number };
    readonly after: { readonly size: number };
    readonly changes: readonly { readonly standing: string; readonly reason: string }[];
    readonly announced: readonly { readonly what: string; readonly by: string }[];
  }[];
}

/** The same transform, with something done to the text that it writes. */
function spoiled(transform: AnyTransform, from: string, to: string): AnyTransform {
  return {
    ...transform,
    find: (file, context) =>
      transform.find(file, {
        ...context,
        propose: (one) =>
          context.propose({
            ...one,
            edits: one.edits.map((edit) => ('text' in edit ? { ...edit, text: edit.text.replace(from, to) } : edit)),
          }),
      }),
  };
}

const docker = (...words: readonly string[]): string => execFileSync('docker', words, { encoding: 'utf8' });
const leftovers = (): string =>
  docker('ps', '-aq', '--filter', 'name=dfix-verify-') +
  docker('image', 'ls', '-q', '--filter', 'reference=dfix-verify-*') +
  docker('volume', 'ls', '-q');

const long = isLong ? test : test.skip;
(hasEngine ? describe : describe.skip)('verify of another base or stage', () => {
  let folder: Folder;
  let registry: Registry;
  beforeAll(async () => void (registry = await openRegistry()));
  afterAll(() => registry.close());
  let before: string;
  // What a test that was killed has left on this machine is not of the next one's making.
  beforeEach(() => void (before = leftovers()));
  afterEach(() => {
    folder.remove();
    expect(leftovers()).toBe(before);
  });
  const prove = async (
    files: Readonly<Record<string, string>>,
    transforms: readonly AnyTransform[],
    ...more: readonly string[]
  ) => {
    folder = folderWith(files);
    const argv = ['verify', '--quiet', '--format', 'json', '--network=host', ...more];
    const { code, out, err } = await dfix(folder.root, argv, { transforms });
    const report = out === '' ? undefined : (JSON.parse(out) as Report).files[0];
    return { code, err, report };
  };

  test('a Go program that is split off is proven, with what stays behind told by name', async () => {
    const { code, report, err } = await prove(GO, [splitBuildStage]);
    expect({ code, err, changes: report?.changes }).toMatchObject({
      code: 0,
      changes: [{ standing: 'proven', reason: '' }],
    });
    const told = report!.announced.map(({ what }) => what);
    expect(told).toEqual(expect.arrayContaining(['/app/main.go', '/app/internal/notes/notes.go', 'Env.GOPATH']));
    expect(told.filter((what) => what.startsWith('/usr'))).toEqual([]);
    expect(report!.after.size).toBeLessThan(report!.before.size / 10);
  });

  test('a split that loses a file which the program reads is dropped', async () => {
    const bad = spoiled(splitBuildStage, 'COPY --from=build /app/pages/index.html /app/pages/index.html\n', '');
    const { code, report } = await prove(GO, [bad]);
    expect({ code, outcome: report?.outcome }).toEqual({ code: 1, outcome: 'nothing' });
    expect(report!.changes[0]!.reason).toContain('/app/pages/index.html removed');
  });

  test('a split onto a base without the loader of the program is dropped', async () => {
    const native = {
      ...GO,
      'main.go': MAIN.replace('"os"\n', '"os"\n\t"os/user"\n').replace(
        'page, err',
        '_, _ = user.Current()\n\tpage, err',
      ),
    };
    const bad = spoiled(splitBuildStage, 'CGO_ENABLED=0 ', '');
    const { code, report } = await prove(native, [bad]);
    expect({ code, outcome: report?.outcome }).toEqual({ code: 1, outcome: 'nothing' });
    expect(report!.changes[0]!.reason).toContain('the loader of /app/server');
  });

  test('a virtual environment that is copied is proven', async () => {
    const { code, report, err } = await prove(PYTHON, [splitBuildStage]);
    expect({ code, err, changes: report?.changes }).toMatchObject({
      code: 0,
      changes: [{ standing: 'proven', reason: '' }],
    });
  });

  test('a slim base is proven by the application', async () => {
    const files = {
      Dockerfile: 'FROM node:20-bookworm\nWORKDIR /app\nCOPY . .\nCMD ["node", "a.js"]\n',
      'a.js': 'console.log(1)\n',
    };
    const { code, report, err } = await prove(files, [useSlimBase]);
    expect({ code, err, changes: report?.changes }).toMatchObject({
      code: 0,
      changes: [{ standing: 'proven', reason: '' }],
    });
    expect(report!.after.size).toBeLessThan(report!.before.size / 2);
  });

  long('a Node program that is split off is proven: what goes is the packages for development, by name', async () => {
    const { code, report, err } = await prove(nodeFiles(registry.url), [splitBuildStage]);
    expect({ code, err, changes: report?.changes }).toMatchObject({
      code: 0,
      changes: [{ standing: 'proven', reason: '' }],
    });
    const told = report!.announced.map(({ what }) => what);
    expect(told).toContain('/srv/shop/node_modules/beta/package.json');
    expect(told.filter((what) => /alpha|gamma/.test(what))).toEqual([]);
    expect(report!.after.size).toBeLessThan(report!.before.size / 2);
  });

  long('a split that loses a package which stays, but is not loaded, is dropped', async () => {
    const prune = 'RUN npm prune --omit=dev';
    const bad = spoiled(splitBuildStage, prune, `${prune} && rm -r node_modules/gamma`);
    const { code, report } = await prove(nodeFiles(registry.url), [bad]);
    expect({ code, outcome: report?.outcome }).toEqual({ code: 1, outcome: 'nothing' });
    expect(report!.changes[0]!.reason).toContain('/srv/shop/node_modules/gamma/package.json removed');
  });

  long('an install without packages for development is proven', async () => {
    const { code, report, err } = await prove(nodeFiles(registry.url), [installProductionOnly]);
    expect({ code, err, changes: report?.changes }).toMatchObject({
      code: 0,
      changes: [{ standing: 'proven', reason: '' }],
    });
    const told = report!.announced.map(({ what }) => what);
    expect(told).toContain('/srv/shop/node_modules/beta/package.json');
    expect(told.filter((what) => !/^\/srv\/shop\/node_modules\/(?:beta|\.package-lock\.json)/.test(what))).toEqual([]);
  });

  long('a Rust program that is split off is proven', async () => {
    const release = 'bookworm';
    docker('tag', 'rust:1.63', `rust:1.63-${release}`);
    const files = { ...RUST, Dockerfile: RUST.Dockerfile.replace('rust:1.63', `rust:1.63-${release}`) };
    const { code, report, err } = await prove(files, [splitBuildStage]);
    expect({ code, err, changes: report?.changes }).toMatchObject({
      code: 0,
      changes: [{ standing: 'proven', reason: '' }],
    });
    expect(report!.announced.map(({ what }) => what)).toContain('/app/src/main.rs');
    expect(report!.after.size).toBeLessThan(report!.before.size / 2);
  });

  long('an Alpine base is proven by the application', async () => {
    const Dockerfile =
      'FROM golang:1.19\nENV CGO_ENABLED=0\nWORKDIR /app\nCOPY . .\nRUN go build -o server .\nCMD ["./server"]\n';
    const { code, report, err } = await prove(
      { ...GO, Dockerfile },
      [useAlpineBase],
      '--allow=unsafe',
      '--only=use-alpine-base',
    );
    expect({ code, err, changes: report?.changes }).toMatchObject({
      code: 0,
      changes: [{ standing: 'proven', reason: '' }],
    });
    expect(report!.after.size).toBeLessThan(report!.before.size);
  });

  long('a rewrite on Alpine is proven file by file', async () => {
    const steps = 'RUN apk update && apk add ca-certificates && rm -rf /var/cache/apk/*\nCOPY main.sh /\n';
    const Dockerfile = `FROM alpine:3.20\n${steps}CMD ["/bin/sh", "/main.sh"]\n`;
    const { code, report, err } = await prove({ Dockerfile, 'main.sh': 'ls /etc/ssl/certs\n' }, [useApkNoCache]);
    expect({ code, err, changes: report?.changes }).toMatchObject({
      code: 0,
      changes: [{ standing: 'proven', reason: '' }],
    });
  });
});
