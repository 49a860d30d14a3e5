import { minimalCommands } from '../bases/index.js';
import { type Instruction, type Stage, verbatim } from '../dockerfile/index.js';
import { type Facts, joinPath } from '../facts/index.js';
import type { ContextFiles } from '../project/context.js';
import type { NodeProject } from '../project/manifests/node.js';
import {
  type Invocation,
  literalCommand,
  nestedScript,
  parseShell,
  readInvocation,
  type ShellScript,
} from '../shell/index.js';
import type { CopiedFile } from './copied-files.js';
import { packageOf } from './programs.js';
import { startsOf } from './starts.js';

/** What the container starts, through scripts of package.json and of the shell. */
export interface Start {
  /** Files that Node is given, absolute in the image. */
  readonly entries: readonly string[];
  /** Packages whose programs or modules the commands name. */
  readonly packages: ReadonlySet<string>;
  /** Programs of packages that the commands run, with their arguments: `next start`. */
  readonly programs: readonly string[];
  /** Package managers that the commands run. */
  readonly managers: ReadonlySet<string>;
}

const MOST_STEPS = 200;

/** Where a container starts. */
export interface StartSite {
  readonly facts: Facts;
  readonly stage: Stage;
  readonly workdir: string | undefined;
  readonly files: ReadonlyMap<string, Pick<CopiedFile, 'context'>>;
  readonly context: ContextFiles;
}

interface Walk {
  readonly site: StartSite;
  readonly project: NodeProject;
  readonly root: string;
  readonly at: Instruction;
  readonly entries: Set<string>;
  readonly packages: Set<string>;
  readonly programs: string[];
  readonly managers: Set<string>;
  readonly seen: Set<string>;
}

/** Follows ENTRYPOINT, CMD and HEALTHCHECK to the programs that run. */
export function readStart(
  site: StartSite,
  project: NodeProject,
  root: string,
): Start | { readonly reason: string; readonly at: Instruction } {
  const { stage, facts } = site;
  const declined = (reason: string, at: Instruction) => ({ reason, at });
  const { entry, cmd, health } = startsOf(facts, stage);
  const at = (entry ?? cmd)!;
  const walk: Walk = {
    site,
    project,
    root,
    at,
    entries: new Set(),
    packages: new Set(),
    programs: [],
    managers: new Set(),
    seen: new Set(),
  };
  const joined = entry?.json !== undefined && cmd?.json !== undefined;
  const starts = joined ? [] : [entry, entry !== undefined && entry.json === undefined ? undefined : cmd];
  if (joined) {
    const words = [...entry.json!, ...cmd.json!].map(({ value }) => value);
    // An entry script that ends in `exec "$@"` starts the words of CMD.
    const script = /\.sh$|entrypoint/.test(entry.json!.at(-1)?.value ?? '') && entry.json!.length <= 2;
    const wrong = script
      ? (follow(readInvocation(literalCommand(entry.json!.map(({ value }) => value))), walk) ??
        follow(readInvocation(literalCommand(cmd.json!.map(({ value }) => value))), walk))
      : follow(readInvocation(literalCommand(words)), walk);
    if (wrong !== undefined) return declined(wrong, at);
  }
  nodeOptions(facts.atEnd(stage).env.get('NODE_OPTIONS')?.value ?? '', walk);
  for (const one of [...starts, health]) {
    if (one === undefined) continue;
    const body = facts.body(one);
    if (body.kind === 'none') continue;
    if (body.kind === 'opaque')
      return declined(`${one.keyword} at line ${one.lines.first} is not understood: ${body.why}`, one);
    const script = body.script;
    const wrong =
      script === undefined
        ? follow(readInvocation(literalCommand(body.kind === 'exec' ? body.words : [])), walk)
        : followScript(script, walk);
    if (wrong !== undefined) return declined(wrong, one);
  }
  return { ...walk, entries: [...walk.entries] };
}

function followScript(script: ShellScript, walk: Walk): string | undefined {
  for (const command of script.commands) {
    const nested = nestedScript(script, command);
    const wrong = nested === undefined ? follow(readInvocation(command), walk) : followScript(nested, walk);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function follow(invocation: Invocation, walk: Walk): string | undefined {
  if (walk.seen.size > MOST_STEPS) return 'what starts is too long to be followed';
  const { tool, args, command } = invocation;
  if (
    tool === '' ||
    command.words[0]?.text === '"$@"' ||
    command.words.map(({ text }) => text).join(' ') === 'exec "$@"'
  )
    return undefined;
  if (tool === undefined) return 'the name of a program that starts is not literal';
  const words = args.map(({ value, text }) => value ?? text);
  for (const { value } of command.words) if (value !== undefined) nameOf(value, walk);
  for (const [variable, value] of invocation.environment)
    if (variable === 'NODE_OPTIONS') nodeOptions(value?.text ?? '', walk);
  const name = tool.slice(tool.lastIndexOf('/') + 1);
  if (/^(?:node|nodejs)$/.test(name)) return followNode(words, walk);
  if (/^(?:npm|yarn|pnpm|npx|pnpx)$/.test(name)) return followManager(name, words, walk);
  if (/^(?:tini|dumb-init|su-exec|gosu)$/.test(name)) {
    const rest = words.slice(
      words.findIndex((word) => !word.startsWith('-')) + (/^(?:gosu|su-exec)$/.test(name) ? 1 : 0),
    );
    return rest.length === 0 ? undefined : follow(readInvocation(literalCommand(rest)), walk);
  }
  if (/^(?:sh|bash|dash|ash|\.|source)$/.test(name) && words[0] !== undefined && !words[0].startsWith('-'))
    return followFile(words[0], walk);
  if (/\.sh$/.test(tool) || (tool.includes('/') && fileAt(tool, walk) !== undefined)) return followFile(tool, walk);
  if (/(?:^|\/)node_modules\/\.bin\//.test(tool)) return program(name, words, walk);
  if (tool.startsWith('/') || /^\.\.?\//.test(tool)) return `${tool} starts, which is not seen here`;
  if (name === 'docker-entrypoint.sh') return undefined;
  if (minimalCommands.has(name) || /^(?:curl|wget|nc|ps|pgrep)$/.test(name)) return undefined;
  return program(name, words, walk);
}

/** Notes what NODE_OPTIONS has Node load before the program. */
function nodeOptions(text: string, walk: Walk): void {
  for (const word of text.split(/[\s"'=]+/)) nameOf(word, walk);
}

/** Notes a word that names a package, so that one of development alone is seen: `-r ts-node/register`, `nodemon`. */
function nameOf(word: string, { packages }: Walk): void {
  const name = /^(?:@[\w.-]+\/)?[\w.-]+/.exec(word.replace(/^.*node_modules\/(?:\.bin\/)?/, ''))?.[0];
  if (name === undefined) return;
  packages.add(name).add(packageOf(name));
}

function program(name: string, words: readonly string[], walk: Walk): string | undefined {
  const { project } = walk;
  const owner = packageOf(name);
  walk.programs.push([name, ...words].join(' '));
  if (!project.dependencies.has(owner) && !project.devDependencies.has(owner))
    return `${name} starts, and no dependency of package.json is known to bring it`;
  if (
    /^(?:cross-env|cross-env-shell|dotenv|env-cmd|concurrently|npm-run-all|run-s|run-p|wait-on|pm2|pm2-runtime|forever)$/.test(
      name,
    )
  ) {
    if (/^(?:concurrently|npm-run-all|run-s|run-p)$/.test(name))
      return `${name} starts other scripts, which are not followed`;
    for (const word of words) if (word.startsWith('NODE_OPTIONS=')) nodeOptions(word, walk);
    const at = words.findIndex((word) => !word.includes('=') && !/^(?:-|start$)/.test(word));
    const rest = at < 0 ? [] : words.slice(at);
    if (/^(?:pm2|pm2-runtime|forever)$/.test(name)) {
      if (!/\.[cm]?js$/.test(rest[0] ?? '') || /ecosystem|config/.test(rest[0]!))
        return `${name} starts what its configuration names`;
      return followNode(rest, walk);
    }
    if (rest.length > 0) return follow(readInvocation(literalCommand(rest)), walk);
  }
  return undefined;
}

function followNode(words: readonly string[], walk: Walk): string | undefined {
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (/^(?:-e|--eval|-p|--print|-c|--check|-v|--version)$/.test(word)) return undefined;
    if (!word.startsWith('-')) break;
    if (/^(?:-r|--require|--import|--loader|--experimental-loader|--env-file)$/.test(word)) {
      nameOf(words[++at] ?? '', walk);
    } else nameOf(word.replace(/^[^=]*=/, ''), walk);
  }
  const file = words[at];
  if (file === undefined) return 'Node starts without a program';
  if (file.includes('$')) return 'the program of Node is not literal';
  if (file.includes('node_modules/')) {
    nameOf(file, walk);
    const name = /node_modules\/(?:\.bin\/)?((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file;
    walk.programs.push([name, ...words.slice(at + 1)].join(' '));
    return undefined;
  }
  walk.entries.add(joinPath(walk.site.workdir ?? walk.root, file));
  return undefined;
}

function followManager(tool: string, words: readonly string[], walk: Walk): string | undefined {
  walk.managers.add(tool);
  const plain = words.filter((word) => !/^(?:-|production$)/.test(word));
  const first = plain[0] ?? '';
  if (tool === 'npx' || tool === 'pnpx') return program(first.replace(/(?<=.)@.*/s, ''), plain.slice(1), walk);
  if (/^(?:exec|dlx)$/.test(first)) return program(plain[1] ?? '', plain.slice(2), walk);
  if (/^(?:ci|i|install|add|rebuild|update)$/.test(first) || (tool === 'yarn' && first === ''))
    return `${tool} ${first} runs when the container starts`;
  if (words.some((word) => /^(?:--prefix|-w|--workspace|-C|--cwd|--filter)/.test(word)))
    return `${tool} starts a script of another folder`;
  const script = /^(?:run|run-script)$/.test(first) ? (plain[1] ?? '') : first;
  const { scripts } = walk.project;
  if (script === 'start' && !scripts.has('start')) {
    walk.entries.add(joinPath(walk.root, 'server.js'));
    return undefined;
  }
  if (!scripts.has(script))
    return tool === 'npm'
      ? `the script ${script}, which starts, is not in package.json`
      : program(script, plain.slice(1), walk);
  for (const key of [`pre${script}`, script, `post${script}`]) {
    const text = scripts.get(key);
    if (text === undefined || walk.seen.has(`script ${key}`)) continue;
    walk.seen.add(`script ${key}`);
    const wrong = followText(text, `the script ${key} of package.json`, walk);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function fileAt(path: string, { site, root }: Walk): string | undefined {
  const { workdir, files } = site;
  const base = workdir ?? root;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const found =
    files.get(joinPath(base, path)) ??
    (path.includes('/') ? undefined : (files.get(`/usr/local/bin/${name}`) ?? files.get(`/usr/bin/${name}`)));
  return found?.context;
}

function followFile(path: string, walk: Walk): string | undefined {
  const file = fileAt(path, walk);
  if (file === undefined) return path === 'docker-entrypoint.sh' ? undefined : `${path} starts, which is not seen here`;
  if (walk.seen.has(file)) return undefined;
  walk.seen.add(file);
  const text = walk.site.context.read(file);
  if (text === undefined) return `${file} starts, which is no text`;
  if (/^#!.*\bnode\b/.test(text)) return followNode([path], walk);
  return followText(text.replace(/^#!.*/, ''), file, walk);
}

function followText(text: string, what: string, walk: Walk): string | undefined {
  const script = parseShell(verbatim(text.replaceAll('\r\n', '\n'), 0));
  return typeof script === 'string' ? `${what} is not understood: ${script}` : followScript(script, walk);
}
