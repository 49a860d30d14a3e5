import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import useSlimBase from '../../transforms/use-slim-base/index.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';

const run = promisify(execFile);

interface Case {
  readonly name: string;
  readonly dockerfile: string;
  readonly files: Readonly<Record<string, string>>;
  /** The base that the rewrite ends with. */
  readonly base: string;
  readonly output: string;
  /** A command of the full image that the rewritten one has no more, and one that it got back. */
  readonly gone?: string;
  readonly brought?: string;
}

const cases: readonly Case[] = [
  {
    name: 'a Node server with a health check',
    dockerfile:
      'FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev\nCOPY . .\nHEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1\nCMD ["node", "server.js"]\n',
    files: {
      'package.json': '{"name":"app","version":"1.0.0"}\n',
      'package-lock.json':
        '{"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"app","version":"1.0.0"}}}\n',
      'server.js':
        "const http = require('http');\nconst server = http.createServer((q, s) => s.end('hello'));\nserver.listen(3000, () => http.get('http://localhost:3000/', (r) => r.on('data', (d) => { console.log(r.statusCode, String(d)); process.exit(3); })));\n",
    },
    base: 'node:20-slim',
    output: '200 hello\n',
    gone: 'gcc',
    brought: 'curl',
  },
  {
    name: 'a Python program with a vendored package',
    dockerfile:
      'FROM python:3.11-bookworm\nWORKDIR /app\nCOPY . .\nRUN python -m compileall -q app.py && git --version > version.txt\nCMD ["python", "app.py"]\n',
    files: {
      'app.py':
        "import ssl, sqlite3\nprint('hello', bool(ssl.OPENSSL_VERSION), sqlite3.connect(':memory:').execute('select 6*7').fetchone()[0])\n",
    },
    base: 'python:3.11-slim-bookworm',
    output: 'hello True 42\n',
    gone: 'gcc',
    brought: 'git',
  },
  {
    name: 'a Debian with an installed program',
    dockerfile:
      'FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends jq && rm -rf /var/lib/apt/lists/*\nCOPY data.json /\nCMD ["jq", ".answer", "/data.json"]\n',
    files: { 'data.json': '{"answer": 42}\n' },
    base: 'debian:bookworm-slim',
    output: '42\n',
    brought: 'jq',
  },
];

(hasEngine ? describe : describe.skip).each(cases)('$name', ({ dockerfile, files, base, output, gone, brought }) => {
  const bench: Bench = openBench(files);
  afterAll(() => bench.close());

  test('runs the same on the slim base', async () => {
    const result = runTransforms(dockerfile, { transforms: [useSlimBase], project: readProject(memoryContext(files)) });
    expect(result.refusals).toEqual([]);
    expect(result.output).toContain(`FROM ${base}\n`);
    const before = await bench.build(dockerfile, 'one');
    const after = await bench.build(result.output, 'one');
    const first = await start(before.tag);
    expect(first.stdout).toBe(output);
    expect(await start(after.tag)).toEqual(first);
    expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
    if (gone !== undefined) {
      expect(await has(before.tag, gone)).toBe(true);
      expect(await has(after.tag, gone)).toBe(false);
      expect(await size(after.tag)).toBeLessThan(await size(before.tag));
    }
    if (brought !== undefined) expect(await has(after.tag, brought)).toBe(true);
  });
});

/** What the declared command prints, and its exit code. */
async function start(tag: string): Promise<{ readonly stdout: string; readonly code: number }> {
  try {
    const { stdout } = await run('docker', ['run', '--rm', tag]);
    return { stdout, code: 0 };
  } catch (error) {
    const { stdout, code } = error as { stdout: string; code: number };
    return { stdout, code };
  }
}

async function has(tag: string, command: string): Promise<boolean> {
  const { stdout } = await run('docker', [
    'run',
    '--rm',
    '--entrypoint',
    'sh',
    tag,
    '-c',
    `command -v ${command} || true`,
  ]);
  return stdout.trim() !== '';
}

async function size(tag: string): Promise<number> {
  const { stdout } = await run('docker', ['image', 'inspect', tag, '--format', '{{.Size}}']);
  return Number(stdout);
}
