import { folderOf, joinPath } from '../paths.js';
import { hasFile } from '../context.js';
import type { FactsBuilder } from './facts.js';
import type { NodeManager } from './node.js';
import { fieldAt, text } from './values.js';

/** A script that runs at install. */
export interface LifecycleScript {
  /** The folder of its package. */
  readonly folder: string;
  readonly name: string;
  readonly command: string;
  /** True when the command is known to need no source of the project. */
  readonly harmless: boolean;
}

const always = ['preinstall', 'install', 'postinstall'];
/** Run by an install without arguments in the project itself, also by `npm ci`; not in dependencies from a registry. */
const ownPackage = ['prepublish', 'preprepare', 'prepare', 'postprepare', 'dependencies'];

/** Commands that read nothing of the project beyond its manifests and git hooks, each matched as a whole command. */
const harmless: readonly RegExp[] = [
  /^(?:true|exit 0|:|echo(?: [\w .,:!'"-]*)?)$/,
  /^only-allow (?:npm|yarn|pnpm|bun)$/,
  /^husky(?: install(?: [\w./-]+)?)?$/,
  /^(?:is-ci|is-ci-cli|pinst --(?:enable|disable)|simple-git-hooks|lefthook install)$/,
  /^(?:electron-builder install-app-deps|opencollective(?:-postinstall)?|patch-package(?: --[\w=./-]+)*)$/,
  /^(?:ngcc(?: --?[\w-]+| [\w.]+)*|ts-patch install(?: -s)?|cypress install|npm-force-resolutions|cd \.{1,2}(?:\/\.{1,2})*\/?)$/,
  /^(?:yarn-deduplicate|playwright install(?: --?[\w-]+| chromium| firefox| webkit)*)$/,
];

/** The scripts of one package that an install runs; those that may read source are noted as such reads. */
export function lifecycleScripts(
  facts: FactsBuilder,
  folder: string,
  json: unknown,
  manager: NodeManager,
): readonly LifecycleScript[] {
  const found: LifecycleScript[] = [];
  for (const name of [...always, ...ownPackage]) {
    const command = text(fieldAt(json, 'scripts', name));
    if (command === undefined) continue;
    const parts = splitCommands(command)?.map((part) => withoutRunner(part, json));
    const known = isHarmless(command, json);
    found.push({ folder, name, command, harmless: known });
    if (/\bpatch-package\b/.test(command)) addPatchFolder(facts, folder, command);
    if (!known) noteSource(facts, folder, name, parts ?? [command], json);
  }
  if (hasFile(facts.context, joinPath(folder, 'binding.gyp')) && manager !== 'bun' && !found.some(runsInstead)) {
    facts.readsPath(folder, 'binding.gyp makes the install compile the package');
  }
  return found;
}

/** What leads out of a folder. */
const OUTSIDE = /(?:^|["'`(=\s])\.\.(?:\/|["'`\s]|$)/m;

/** Notes a script of a local package that an install runs and that may read something outside of its folder. */
export function noteLocalScripts(facts: FactsBuilder, folder: string, json: unknown): void {
  const settings = facts.context.paths.filter(
    (path) =>
      folderOf(path) === folder && /\.(?:json|[cm]?[jt]s)$/.test(path) && !/\/package(?:-lock)?\.json$/.test(path),
  );
  for (const name of [...always, ...ownPackage]) {
    const command = text(fieldAt(json, 'scripts', name));
    if (command === undefined || isHarmless(command, json)) continue;
    if (OUTSIDE.test(command) || settings.some((path) => OUTSIDE.test(facts.context.read(path) ?? '')))
      facts.cannotTell(joinPath(folder, 'package.json'), `script "${name}" runs at install and may leave its folder`);
  }
}

function isHarmless(command: string, json: unknown): boolean {
  const parts = splitCommands(command)?.map((part) => withoutRunner(part, json));
  return parts?.every((part) => harmless.some((pattern) => pattern.test(part))) ?? false;
}

function runsInstead(script: LifecycleScript): boolean {
  return script.name === 'install' || script.name === 'preinstall';
}

function noteSource(
  facts: FactsBuilder,
  folder: string,
  script: string,
  parts: readonly string[],
  json: unknown,
): void {
  const rest = parts.filter((part) => !harmless.some((pattern) => pattern.test(part)));
  const prisma = rest.every((part) => /^prisma generate(?: --no-engine)?$/.test(part));
  if (!prisma) {
    facts.readsPath(folder, `script "${script}" runs at install`);
    return;
  }
  const configured = text(fieldAt(json, 'prisma', 'schema'));
  const place = { path: joinPath(folder, 'package.json') };
  const why = `script "${script}" generates the Prisma client`;
  for (const name of configured ? [configured] : ['prisma', 'schema.prisma']) facts.reads(name, why, place, folder);
  for (const name of ['prisma.config.ts', 'prisma.config.mjs', 'prisma.config.js']) {
    if (hasFile(facts.context, joinPath(folder, name))) facts.readsPath(folder, `${why} with ${name}`);
  }
}

function addPatchFolder(facts: FactsBuilder, folder: string, command: string): void {
  const named = /--patch-dir[= ]([\w./-]+)/.exec(command)?.[1];
  facts.addTree(named?.replace(/^\.\//, '').replace(/(?<!\/)\/+$/, '') ?? 'patches', folder);
}

/** A command without the `npx`, `yarn` or the like before it, unless the next word is a script of the package. */
function withoutRunner(command: string, json: unknown): string {
  const runner = /^(?:npx|bunx|pnpx|yarn(?: run)?|pnpm(?: exec)?|npm exec --)(?: --?(?:yes|y|no-install))? (?=\w)/.exec(
    command,
  )?.[0];
  const rest = command.slice(runner?.length ?? 0);
  const isScript = text(fieldAt(json, 'scripts', rest.split(' ', 1)[0]!)) !== undefined;
  return runner === undefined || isScript ? command : rest;
}

/** The simple commands of a script joined by `&&`, `||` and `;`; undefined when it has anything else of a shell. */
function splitCommands(command: string): readonly string[] | undefined {
  if (/[|&](?![|&])(?<![|&].)|[`$<>(){}\\\n]/.test(command)) return undefined;
  return command
    .split(/&&|\|\||;/)
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter((part) => part !== '');
}
