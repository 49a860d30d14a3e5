// What `/oracle/tool NAME PATH ARGUMENTS` runs in a stand-in image: the oracle's package managers over real files.
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { diskTree, entryOf, walk } from './disk.js';
import { baseImage } from './images.js';
import { tools } from './tools.js';
import type { Tree } from './tree.js';

const NAME = '/oracle/name';
const BASE = '/oracle/base';
/** What shells and the builder set for themselves. */
const OWN_VARIABLES = /^(?:PWD|OLDPWD|SHLVL|_|HOSTNAME)$/;

const [name = '', , ...args] = process.argv.slice(2);
if (name === 'setup') setup(args[0] ?? '');
else if (name === 'list') list();
else act();

/** Makes a bare image the stand-in for a base image that the oracle knows. */
function setup(base: string): void {
  for (const folder of ['/tmp', '/root', '/opt', '/home', '/var/cache', '/var/lib/apt/lists', '/etc/apt'])
    for (const child of children(folder)) rmSync(`${folder}/${child}`, { recursive: true });
  const { tree } = baseImage(base)!;
  for (const path of tree.below('/')) {
    const entry = tree.at(path)!;
    if (entry.kind === 'link') continue;
    if (entry.kind === 'folder') mkdirSync(path, { recursive: true });
    else {
      rmSync(path, { force: true });
      writeFileSync(path, entry.text);
      chmodSync(path, Number.parseInt(entry.mode, 8));
    }
    const [uid, gid] = entry.owner.split(':').map(Number);
    chownSync(path, uid!, gid!);
  }
  for (const tool of ['npm', 'yarn', 'pip', 'pip3', 'tar']) program(tool);
  writeFileSync(NAME, base);
  writeFileSync(
    BASE,
    walk('/')
      .map((path) => `${path}\t${stampOf(path)}`)
      .join('\n'),
  );
}

/** What a file that nobody wrote to keeps. */
function stampOf(path: string): string {
  const { size, mtimeMs } = lstatSync(path);
  return `${size} ${Math.floor(mtimeMs / 1000)}`;
}

/** The oracle's idea of the base image. */
function knownFiles(): Tree {
  return baseImage(readFileSync(NAME, 'utf8'))!.tree;
}

function readBase(): ReadonlyMap<string, string> {
  return new Map(
    readFileSync(BASE, 'utf8')
      .split('\n')
      .map((line) => line.split('\t') as [string, string]),
  );
}

function children(folder: string): readonly string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
}

/** Commands that the oracle knows without a file of theirs. */
function program(tool: string): void {
  rmSync(`/usr/bin/${tool}`, { force: true });
  writeFileSync(`/usr/bin/${tool}`, `#!/oracle/tool ${tool}\n`, { mode: 0o755 });
}

/** Every path of the image, a line of JSON each. */
function list(): void {
  const base = readBase();
  const known = knownFiles();
  const lines = walk('/').map((path) => {
    const stats = lstatSync(path);
    // To read the whole system each time would take most of the test's time.
    const untouched = stats.isFile() && !known.has(path) && base.get(path) === stampOf(path);
    return JSON.stringify([path, entryOf(path, stats, untouched ? 'as in the base image' : undefined)]);
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}

function act(): void {
  const known = knownFiles();
  const base = readBase();
  const tree = diskTree((path) => base.has(path) && !known.has(path)) as Tree;
  const env = new Map(
    Object.entries(process.env).flatMap(([key, value]) =>
      OWN_VARIABLES.test(key) || value === undefined ? [] : [[key, value] as const],
    ),
  );
  const user = `${process.getuid!()}:${process.getgid!()}`;
  const input = name === 'tar' && !/f/.test(args[0] ?? '') ? readFileSync('/dev/stdin', 'utf8') : '';
  try {
    process.stdout.write(tools[name]!(args, { tree, env, user, cwd: process.cwd(), strict: false }, input) ?? '');
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
