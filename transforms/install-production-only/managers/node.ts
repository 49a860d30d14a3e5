import type { Run, Use } from '../../../src/cache-mounts/index.js';
import { type Edit, toSource } from '../../../src/dockerfile/index.js';
import { certainValue, joinPath } from '../../../src/facts/index.js';
import type { NodeProject } from '../../../src/project/manifests/node.js';
import {
  buildsOnStart,
  reachedDevDependency,
  readStart,
  withoutDevelopment,
  unseenDevDependency,
} from '../../../src/runtime/index.js';
import { isOfSystem } from '../later.js';
import type { Answer, Manager, Site } from '../types.js';
import { folderOf } from './manifest.js';
import { otherCommand } from './node-elsewhere.js';
import { failingScript } from './node-scripts.js';

const NODE = /^(?:node|nodejs|npm|npx|yarn|yarnpkg|pnpm|pnpx|bun|bunx|corepack|ts-node|tsc|tsx)$/;
/** What the managers do without the packages of the project. */
const HARMLESS =
  /^(?:cache|config|set|get|c|version|--version|-v|whoami|help|enable|disable|prepare|use|store|policies)\b/;
const ASKED =
  /^(?:--prefix|--cwd|--dir|-C|--filter|-F|-w|--workspace|--production|--prod|-P|--omit|--only|--no-dev|--include|--also|--dev|-D)(?:=.*)?$/;

/** npm, yarn 1 and pnpm. */
export const node: Manager = {
  name: 'node',
  installs: (run, { invocation, place }) => {
    const { tool, subcommand, operands, options, args, environment } = invocation;
    if (tool !== 'npm' && tool !== 'yarn' && tool !== 'pnpm') return false;
    const names = operands.filter(({ value }) => value !== subcommand);
    const bare =
      tool === 'yarn' && subcommand === '' && !args.some(({ text }) => /^--?(?:v|version|help|h)$/.test(text));
    if (names.length > 0 || !(bare || /^(?:ci|i|install|clean-install|install-clean)$/.test(subcommand))) return false;
    if (tool === 'yarn' && subcommand === 'ci') return false;
    if (options.some(({ name }) => name === '-g' || name === '--global') || args.some(({ text }) => ASKED.test(text)))
      return false;
    const inline = environment.find(([name]) => name === 'NODE_ENV');
    const known = inline === undefined ? (place.lookup('NODE_ENV') ?? environmentOf(run)) : (inline[1]?.value ?? '?');
    return known === '';
  },
  needs: (use) => {
    const { tool, subcommand, operands, args, options } = use.invocation;
    if (args.some(({ text }) => /node_modules\/(?!\.cache)./.test(text))) return true;
    if (!NODE.test(tool ?? '')) return !isOfSystem(use);
    if (options.some(({ name }) => name === '-g' || name === '--global') || subcommand.startsWith('global'))
      return false;
    if (tool === 'corepack') return false;
    return (
      !HARMLESS.test(subcommand || (operands[0]?.value ?? args[0]?.text ?? '?')) ||
      /^(?:node|nodejs|npx|pnpx|bunx)$/.test(tool!)
    );
  },
  answer: (site) => {
    const { use, project } = site;
    const { entry, cmd } = site.starts;
    if (entry === undefined && cmd === undefined)
      return 'no command is declared, so what runs in the image is not known';
    const flag = flagOf(site);
    if (typeof flag === 'object') return flag.reason;
    if (project === undefined) {
      const words = (entry ?? cmd)!.json?.map(({ value }) => value) ?? [];
      return /(?:^|\/)node$/.test(words[0] ?? '') &&
        /^[\w./-]+\.[cm]?js$/.test(words.at(-1) ?? '') &&
        words.length === 2
        ? {
            ...found(use, flag),
            announces: [],
            fact: 'the container starts Node with a file; what that loads is not known',
            isGuess: true,
          }
        : 'without the project it is not known what the program loads';
    }
    const own = ownProject(site);
    if (own === undefined) return 'the package.json that is installed from is not known';
    return inProject(site, own, flag);
  },
};

/** NODE_ENV of a step: empty when nothing sets it, `?` when it is not known for certain. */
function environmentOf({ state }: Run): string {
  if (!state.env.has('NODE_ENV') && !state.args.has('NODE_ENV')) return '';
  return certainValue(state, 'NODE_ENV') ?? '?';
}

function inProject(site: Site, own: NodeProject, flag: string): Answer | string | undefined {
  const { facts, use, project, target, files, folder } = site;
  const { context, complete } = project!;
  if (own.workspaces.length > 0 || own.workspaceRoot !== undefined)
    return 'package.json has workspaces, and which of them ship is not told apart';
  if (own.devDependencies.size === 0) return undefined;
  const only = (name: string): boolean =>
    own.devDependencies.has(name) && !own.dependencies.has(name) && !own.optionalDependencies.has(name);
  const start = readStart({ facts, stage: target, workdir: facts.atEnd(target).workdir, files, context }, own, folder);
  if ('reason' in start) return start.reason;
  const started = [...start.packages].find(only);
  if (started !== undefined) return `${started} is a development dependency and runs in the container`;
  const builder = start.programs.find(buildsOnStart);
  if (builder !== undefined && [...own.devDependencies.keys()].some(only))
    return `${builder} builds the program when the container starts, with what development dependencies bring`;
  if (!complete) return 'the project is too large to be read in full';
  const reached = reachedDevDependency(context, own, start.packages);
  if (reached === 'too much') return 'the code is too much to tell which development dependencies it loads';
  if (reached !== undefined) return `${reached.what}, which is a development dependency`;
  const unseen = unseenDevDependency(context, own, false);
  if (unseen !== undefined)
    return `${unseen} is a development dependency, and packages load it by names that stand in no source`;
  const script = use.invocation.args.some(({ text }) => text === '--ignore-scripts')
    ? undefined
    : failingScript(own, use.invocation.tool!);
  if (script !== undefined) return script;
  const elsewhere = otherCommand(context, own);
  if (elsewhere !== undefined) return elsewhere;
  return {
    ...found(use, flag),
    announces: withoutDevelopment(joinPath(folder, 'node_modules'), own),
    fact: 'no command and no source of the project names a development dependency',
  };
}

function found(use: Use, flag: string): Pick<Answer, 'edits' | 'by'> {
  const script = use.script!;
  const { args, subcommand, command } = use.invocation;
  const word =
    args.find(({ value }) => value !== undefined && value === subcommand) ??
    command.words.find(({ value }) => value === use.invocation.tool)!;
  const at = toSource(script.source, word.span.end - 1) + 1;
  const edit: Edit = { span: { start: at, end: at }, text: ` ${flag}` };
  return { edits: [edit], by: flag };
}

/** npm knows `--omit` since version 7, which came with Node 16. */
function flagOf({ facts, run, use }: Site): string | { readonly reason: string } {
  const { tool } = use.invocation;
  if (tool === 'pnpm') return '--prod';
  if (tool === 'yarn') return '--production';
  const tag = /(?:^|\/)node:(\d+|[a-z]+)/.exec(facts.rootImage(run.stage) ?? '')?.[1] ?? '';
  const major = /^\d+$/.test(tag) ? Number(tag) : (RELEASES[tag] ?? 99);
  return major < 16 ? '--only=production' : '--omit=dev';
}

/** Names of the long-term releases that came before npm 7, by their major version. */
const RELEASES: Readonly<Record<string, number>> = {
  argon: 4,
  boron: 6,
  carbon: 8,
  dubnium: 10,
  erbium: 12,
  fermium: 14,
};

/** The project whose package.json stands in the folder of the install: copied there, or bound for the one step. */
function ownProject(site: Site): NodeProject | undefined {
  const { project, use } = site;
  const of = folderOf(site, 'package.json');
  if (of === undefined) return undefined;
  const own = project!.at.node(of, use.invocation.tool as 'npm' | 'yarn' | 'pnpm');
  if (
    own !== undefined &&
    use.invocation.tool === 'yarn' &&
    (/^yarn@[2-9]/.test(own.packageManager ?? '') || own.manifests.some((one) => one.endsWith('.yarnrc.yml')))
  )
    return undefined;
  return own;
}
