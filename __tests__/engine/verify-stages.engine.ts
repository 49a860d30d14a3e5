import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnyTransform } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import useSlimBase from '../../transforms/use-slim-base/index.js';
import { dfix, type Folder, folderWith } from '../cli/harness.js';
import { hasEngine } from './support/engine.js';

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

(hasEngine ? describe : describe.skip)('verify of another base or stage', () => {
  let folder: Folder;
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
    expect({ code, err, changes: report?.changes }).toMatchObject({ code: 0, changes: [{ standing: 'proven' }] });
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
    expect({ code, err, changes: report?.changes }).toMatchObject({ code: 0, changes: [{ standing: 'proven' }] });
  });

  test('a slim base is proven by the application', async () => {
    const files = {
      Dockerfile: 'FROM node:20-bookworm\nWORKDIR /app\nCOPY . .\nCMD ["node", "a.js"]\n',
      'a.js': 'console.log(1)\n',
    };
    const { code, report, err } = await prove(files, [useSlimBase]);
    expect({ code, err, changes: report?.changes }).toMatchObject({ code: 0, changes: [{ standing: 'proven' }] });
    expect(report!.after.size).toBeLessThan(report!.before.size / 2);
  });
});
