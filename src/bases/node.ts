import type { Instruction } from '../dockerfile/index.js';
import type { NodeProject } from '../project/manifests/node.js';
import type { Invocation } from '../shell/index.js';
import { built, globals, harmless, javascript, pure, starters } from './node-packages.js';
import { bring, line, type Scan, scanText } from './scan.js';
import { scanSources } from './sources.js';

const COMPILER: ReadonlySet<string> = new Set(['g++', 'make', 'python3']);

/** Looks at a command of the Node world: true when it was one. */
export function scanNode(invocation: Invocation, at: Instruction, scan: Scan): boolean {
  const { tool, subcommand, operands } = invocation;
  if (tool === undefined || !pure.has(tool)) return false;
  if (/^(?:npm|yarn|pnpm|bun)$/.test(tool)) {
    const word = subcommand === '' ? (operands[0]?.value ?? '') : subcommand;
    if (
      /^(?:install|i|ci|add|update|rebuild|install-clean|clean-install)$/.test(word) ||
      (tool === 'yarn' && word === '') ||
      word === 'global add'
    )
      scanInstall(invocation, at, scan);
    else if (/^(?:run|run-script|start|test|exec|dlx|stop|restart|node)$/.test(word) || !OWN.test(word))
      scanRun(word, invocation, at, scan);
    return true;
  }
  if (tool === 'npx' || tool === 'pnpx') {
    const name = operands[0]?.value?.replace(/(?<=.)@.*/s, '').replace(/^@[\w-]+\//, '') ?? '';
    if (!pure.has(name))
      scan.needs.refuse(
        `${line(at, scan)} runs ${name || 'a package'} by ${tool}, of which it is not known what it needs`,
        at,
      );
    return true;
  }
  const versionOnly =
    invocation.args.length > 0 && invocation.args.every(({ text }) => /^(?:-v|--version|-e|-p)$/.test(text));
  if (!versionOnly && !/^(?:corepack|npm|yarn)$/.test(tool)) scanProject(at, scan, false);
  return true;
}

/** Subcommands of the managers themselves. */
const OWN =
  /^(?:cache|config|set|get|link|prune|version|--version|-v|audit|dedupe|ls|list|pkg|root|bin|prefix|fund|uninstall|remove|import|fetch|store|why|workspaces|info|view|login|logout|whoami|global|policies|plugin|self-update|deploy)$/;

function scanInstall(invocation: Invocation, at: Instruction, scan: Scan): void {
  const names = invocation.operands
    .map(({ value, text }) => value ?? text)
    .filter((name) => !/^(?:add|install|global|i|ci)$/.test(name));
  for (const name of names) {
    const bare = name.replace(/(?<=.)@[^/]{0,214}$/, '');
    if (built[bare] !== undefined) bring(bare, built[bare], at, scan);
    else if (!globals.has(bare))
      scan.needs.refuse(
        `${line(at, scan)} installs ${name}, of which it is not known whether it builds native code`,
        at,
      );
  }
  if (names.length === 0) scanProject(at, scan, true);
}

function scanRun(word: string, { operands }: Invocation, at: Instruction, scan: Scan): void {
  const after = operands.map(({ value }) => value ?? '').filter((value) => value !== word);
  const name = /^(?:run|run-script)$/.test(word) ? (after[0] ?? '') : word;
  if (scan.project === undefined)
    return scan.needs.refuse(`${line(at, scan)} runs a script of package.json, which is not at hand`, at);
  if (/^(?:exec|dlx|node)$/.test(name)) {
    if (!pure.has(after[0] ?? ''))
      scan.needs.refuse(
        `${line(at, scan)} runs ${after[0] ?? 'a package'}, of which it is not known what it needs`,
        at,
      );
    return;
  }
  const texts = scan.project.node.flatMap(({ scripts, folder }) =>
    [`pre${name}`, name, `post${name}`].flatMap((key) => {
      const text = scripts.get(key);
      return text === undefined ? [] : [{ key: `${folder}/package.json ${key}`, text }];
    }),
  );
  if (texts.length === 0) {
    if (name === 'start') return scanProject(at, scan, false);
    if (!pure.has(name))
      scan.needs.refuse(`${line(at, scan)} runs the script ${name}, which no package.json here has`, at);
  }
  for (const { key, text } of texts) {
    if (scan.seen.has(key)) continue;
    scan.seen.add(key);
    scanText(text, `the script ${name} of package.json`, at, scan);
  }
  scanProject(at, scan, false);
}

/** What the project's packages and its own code need. `installs`: they are installed here, not copied. */
export function scanProject(at: Instruction, scan: Scan, installs: boolean): void {
  const { project } = scan;
  if (project === undefined)
    return scan.needs.refuse(`the project's files are not at hand, so what ${line(at, scan)} needs cannot be told`, at);
  const key = `node project ${installs}`;
  if (scan.seen.has(key)) return;
  scan.seen.add(key);
  if (!project.complete) return scan.needs.refuse('the project is too large to be read in full', at);
  if (project.node.length === 0 && installs)
    return scan.needs.refuse(`${line(at, scan)} installs from a package.json that is not in the project`, at);
  for (const found of project.node) scanPackage(found, at, scan, installs);
  scanSources('node', at, scan);
}

function scanPackage(found: NodeProject, at: Instruction, scan: Scan, installs: boolean): void {
  const { context } = scan.project!;
  const asked = [...found.dependencies, ...found.devDependencies, ...found.optionalDependencies];
  const locks = found.lockfiles.map((path) => ({ path, text: context.read(path) ?? '' }));
  const unknown = locks.every(({ text }) => text === '')
    ? asked.find(([name]) => !javascript.has(name) && !name.startsWith('@types/') && built[name] === undefined)
    : undefined;
  if (unknown !== undefined)
    return scan.needs.refuse(
      `${found.folder === '' ? '' : `${found.folder}/`}package.json has no lockfile, so what ${unknown[0]} brings cannot be told`,
      at,
    );
  const known = new Set<string>();
  for (const { name, why } of found.native) {
    known.add(name);
    if (why === 'restricted to a libc' || harmless.has(name)) continue;
    const needed = built[name];
    if (needed === undefined)
      scan.needs.refuse(
        `${name || found.folder} has native code or an install script (${why}) of which it is not known what it needs`,
        at,
      );
    else
      bring(
        name,
        needed.filter((one) => installs || !COMPILER.has(one)),
        at,
        scan,
      );
  }
  for (const { path, text } of locks) {
    for (const name of Object.keys(built))
      if (
        new RegExp(`["'/ ]${name}["']?[@/]|^${name}@`, 'm').test(text) &&
        !known.has(name) &&
        !path.endsWith('.json')
      ) {
        known.add(name);
        bring(
          name,
          built[name]!.filter((one) => installs || !COMPILER.has(one)),
          at,
          scan,
        );
      }
    if (!installs) continue;
    if (/git\+ssh:|ssh:\/\/git@/.test(text))
      bring(`a dependency from git (${path})`, ['git', 'openssh-client', 'ca-certificates'], at, scan);
    else if (/git\+https?:|git:\/\/|\.git#/.test(text))
      bring(`a dependency from git (${path})`, ['git', 'ca-certificates'], at, scan);
  }
  for (const [name, range] of asked) {
    const needed = starters[name];
    if (needed !== undefined) bring(name, needed, at, scan);
    if (installs && /^(?:git[+:]|github:|gitlab:|bitbucket:|[\w-]+\/[\w.-]+(?:#|$))/.test(range))
      bring(`a dependency from git (${name})`, ['git', 'ca-certificates'], at, scan);
  }
  if (installs)
    for (const { name, text } of lifecycle(found)) {
      if (scan.seen.has(`${found.folder} ${name}`)) continue;
      scan.seen.add(`${found.folder} ${name}`);
      scanText(text, `the script ${name} of package.json`, at, scan);
    }
}

function lifecycle({ scripts }: NodeProject): readonly { readonly name: string; readonly text: string }[] {
  return ['preinstall', 'install', 'postinstall', 'prepare'].flatMap((name) => {
    const text = scripts.get(name);
    return text === undefined || /^(?:husky(?: install)?|is-ci .*)$/.test(text.trim()) ? [] : [{ name, text }];
  });
}
