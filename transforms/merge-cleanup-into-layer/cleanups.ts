import { isApt, isRooted, type Run, type Use } from '../../src/cache-mounts/index.js';
import { commandEffects, resolvePath } from '../../src/facts/index.js';
import { patternOf, type ShellWord } from '../../src/shell/index.js';

/** What a command that makes files is found by: its program, or a path near those that it writes. */
export type Trace = { readonly tools: RegExp } | { readonly path: string };

/** One command that only removes, and how to tell a command that made what it removes. */
export interface Cleanup {
  readonly use: Use;
  readonly madeBy: (use: Use) => boolean;
  /** Where to look for that command. */
  readonly traces: readonly Trace[];
  /** It removes the same wherever it runs: absolute paths, no variables. */
  readonly rooted: boolean;
  /** What it removes is worth joining RUNs for; Debian's and Ubuntu's images keep no downloaded packages anyway. */
  readonly pays: boolean;
  readonly removes: 'packages' | 'files';
}

/** Folders that a package manager fills; a row's programs are the makers. */
const CACHES: readonly (readonly [folder: RegExp, tools: RegExp, subcommand: RegExp])[] = [
  [/^\/var\/lib\/apt\/lists(\/|$)/, /^(apt|apt-get|aptitude)$/, /^update$/],
  [/^\/var\/cache\/apt(\/|$)/, /^(apt|apt-get|aptitude)$/, /^(install|update|upgrade|dist-upgrade|full-upgrade)$/],
  [/^\/var\/cache\/apk(\/|$)/, /^apk$/, /^(add|update|upgrade)$/],
  [/^\/var\/cache\/(yum|dnf)(\/|$)/, /^(yum|dnf|microdnf)$/, /^(install|update|upgrade|makecache|groupinstall)$/],
  [/^\/root\/\.cache(\/pip(\/|$)|\/?\*?$)/, /^pip[\d.]*$/, /^(install|download|wheel)$/],
  [/^\/root\/\.npm(\/|$)/, /^npm$/, /^(install|i|ci|add)$/],
];

/** Cleaners of package managers: the words after the program, and the uses that make what they clean. */
const CLEANERS: readonly (readonly [tools: RegExp, cleaner: RegExp, makes: RegExp])[] = [
  [/^(apt|apt-get|aptitude)$/, /^(auto-?)?clean$/, /^(install|upgrade|dist-upgrade|full-upgrade|build-dep)$/],
  [/^(yum|dnf|microdnf)$/, /^clean$/, /^(install|update|upgrade|makecache|groupinstall|localinstall)$/],
  [/^npm$/, /^cache$/, /^(install|i|ci|add)$/],
  [/^yarn$/, /^cache( clean)?$/, /^(install|add|)$/],
  [/^pip[\d.]*$/, /^cache( purge)?$/, /^(install|download|wheel)$/],
  [/^composer(\.phar)?$/, /^(clear-cache|clearcache)$/, /^(install|update|require|create-project|global require)$/],
  [/^(conda|mamba|micromamba)$/, /^clean$/, /^(install|create|update|env create|env update)$/],
  [/^zypper$/, /^(clean|cc)$/, /^(install|in|update|up|refresh|ref)$/],
];

const REMOVERS = /^(purge|remove|autoremove|autopurge|del)$/;

/** The clean-ups of a RUN that does nothing else; undefined when it does more. */
export function cleanupsOf(run: Run): readonly Cleanup[] | undefined {
  if (run.script === undefined) return undefined;
  const uses = run.uses.filter(({ invocation }) => !/^(true|:|set)$/.test(invocation.tool ?? ''));
  const cleanups: Cleanup[] = [];
  for (const use of uses) {
    const { command } = use.invocation;
    const maker =
      command.assignments.length > 0 || command.redirects.length > 0 || command.piped ? undefined : makerTest(use);
    if (maker === undefined) return undefined;
    const { tool, subcommand, operands } = use.invocation;
    const idle = REMOVERS.test(subcommand) && operands.length === 0;
    const pays = tool === 'rm' || !(idle || (isApt(use.invocation) && /^(auto-?)?clean$/.test(subcommand)));
    const removes = REMOVERS.test(subcommand) ? 'packages' : 'files';
    cleanups.push({ use, ...maker, rooted: isRooted(use), pays, removes });
  }
  return cleanups.length === 0 ? undefined : cleanups;
}

type Maker = Pick<Cleanup, 'madeBy' | 'traces'>;

function makerTest(use: Use): Maker | undefined {
  const { tool, subcommand, args, operands } = use.invocation;
  if (tool === undefined) return undefined;
  if (tool === 'rm') {
    const tests = operands.map((word) => {
      const path = pathOf(use, word);
      return path === undefined ? nameMaker(word) : pathMaker(path);
    });
    return tests.length === 0
      ? undefined
      : {
          madeBy: (maker) => tests.some(({ madeBy }) => madeBy(maker)),
          traces: tests.flatMap(({ traces }) => traces),
        };
  }
  if (!isRooted(use)) return undefined;
  if ((isApt(use.invocation) || tool === 'apk') && REMOVERS.test(subcommand)) {
    const names = args.flatMap(({ value }) => (value === undefined || value.startsWith('-') ? [] : value)).slice(1);
    return {
      madeBy: ({ invocation }) =>
        invocation.tool !== undefined &&
        (tool === 'apk' ? invocation.tool === 'apk' : isApt(invocation)) &&
        /^(install|add)$/.test(invocation.subcommand) &&
        names.some((name) => invocation.args.some(({ value }) => value === name)),
      traces: [{ tools: tool === 'apk' ? /^apk$/ : /^(apt|apt-get|aptitude)$/ }],
    };
  }
  const row = CLEANERS.find(([tools, cleaner]) => tools.test(tool) && cleaner.test(subcommand));
  if (row === undefined) return undefined;
  // It removes packages that cannot be downloaded any more, which no RUN before it made.
  if (/^auto-?clean$/.test(subcommand)) return { madeBy: () => false, traces: [] };
  const words = args.map(({ text }) => text).join(' ');
  if (subcommand.startsWith('cache') && !/\b(clean|purge)\b/.test(words)) return undefined;
  const [tools, , makes] = row;
  return {
    madeBy: ({ invocation }) =>
      invocation.tool !== undefined && tools.test(invocation.tool) && makes.test(invocation.subcommand),
    traces: [{ tools }],
  };
}

function pathOf({ place }: Use, word: ShellWord): string | undefined {
  const pattern = patternOf(word, place.lookup);
  return pattern === undefined ? undefined : resolvePath(pattern, place);
}

/** The absolute patterns that an `rm` removes. */
export function pathsOf(use: Use): readonly string[] {
  return use.invocation.operands.flatMap((word) => pathOf(use, word) ?? []);
}

/** Whether a command removes at least what a clean-up does. */
export function covers(use: Use, cleanup: Use): boolean {
  const { tool, subcommand, operands, args } = use.invocation;
  const other = cleanup.invocation;
  if (tool !== other.tool || subcommand !== other.subcommand) return false;
  const text = (words: readonly ShellWord[]): string => words.map((word) => word.text).join(' ');
  if (tool !== 'rm') return text(args) === text(other.args);
  const removed = operands.map((word) => pathOf(use, word) ?? word.text);
  return other.operands.every((word) => removed.includes(pathOf(cleanup, word) ?? word.text));
}

/** Programs that make small files or none: not worth a merge. */
const SMALL =
  /^(|rm|rmdir|ln|mkdir|touch|chmod|chown|chgrp|echo|printf|tee|sed|useradd|adduser|groupadd|addgroup|openssl)$/;

/** Whether a RUN may make anything that a clean-up removes: it does more than make small files. */
export function mayMake(run: Run): boolean {
  return run.uses.some(({ invocation: { tool } }) => tool !== undefined && !SMALL.test(tool));
}

/** Tests by name for a path with variables: what fetched `x-$V.tgz` made it. */
function nameMaker(word: ShellWord): Maker {
  const name = word.text.replace(/["']/g, '').replace(/^.*\//, '');
  const long = name.replace(/\$\{?\w+\}?|[*?]/g, '').length > 2;
  return {
    madeBy: ({ invocation: { tool, use, args } }) =>
      long && use?.network === true && /^(curl|wget)$/.test(tool ?? '') && args.some(({ text }) => text.includes(name)),
    traces: long ? [{ tools: /^(curl|wget)$/ }] : [],
  };
}

function pathMaker(path: string): Maker {
  const caches = CACHES.filter(([folder]) => folder.test(path));
  const stem = /[^/*?[]*/.exec(path.slice(path.lastIndexOf('/') + 1))![0];
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const madeBy = (use: Use): boolean => {
    const { tool, subcommand, use: model, operands, args, options } = use.invocation;
    if (tool === undefined || SMALL.test(tool)) return false;
    if (options.some(({ name }) => name === '--no-cache' || name === '--no-cache-dir')) return false;
    if (caches.some(([, tools, makes]) => tools.test(tool) && makes.test(subcommand))) return true;
    if (caches.length > 0 || model === undefined || model.operands === 'packages') return false;
    const effects = commandEffects(use.invocation, use.place);
    if (effects.opaque !== undefined) return false;
    const text = args.map((word) => patternOf(word, use.place.lookup) ?? '').join(' ');
    return effects.writes.some((written) => {
      const plain = written.replace(/\/\*\*?$/, '') || '/';
      if (tool === 'git' && subcommand === 'clone' && path.startsWith(`${plain}/.git`)) return true;
      if (plain === path || plain.startsWith(`${path.replace(/\/\*$/, '')}/`)) return true;
      if (effects.reads.some((read) => read === path || read === `${path}/**`)) return false;
      return stem.length > 2 && written !== plain && plain === folder && operands.length > 0 && text.includes(stem);
    });
  };
  return {
    madeBy,
    traces: caches.length > 0 ? caches.map(([, tools]) => ({ tools })) : [{ path: path.replace(/\/\*$/, '') || '/' }],
  };
}
