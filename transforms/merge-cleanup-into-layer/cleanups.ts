import { isApt, isRooted, type Run, type Use } from '../../src/cache-mounts/index.js';
import { commandEffects, resolvePath } from '../../src/facts/index.js';
import { patternOf } from '../../src/shell/index.js';

/** One command that only removes, and how to tell a command that made what it removes. */
export interface Cleanup {
  readonly use: Use;
  readonly madeBy: (use: Use) => boolean;
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
];

const REMOVERS = /^(purge|remove|autoremove|autopurge|del)$/;

/** The clean-ups of a RUN that does nothing else; undefined when it does more. */
export function cleanupsOf(run: Run): readonly Cleanup[] | undefined {
  if (run.uses.length === 0 || run.script === undefined) return undefined;
  const uses = run.uses.filter(({ invocation }) => !(invocation.tool === 'true' || invocation.tool === ':'));
  const cleanups = uses.map((use) => ({ use, madeBy: makerTest(use) }));
  return cleanups.every((one): one is Cleanup => one.madeBy !== undefined) ? cleanups : undefined;
}

function makerTest(use: Use): Cleanup['madeBy'] | undefined {
  const { tool, subcommand, args } = use.invocation;
  if (tool === undefined || !isRooted(use)) return undefined;
  if (tool === 'rm') {
    const tests = pathsOf(use).map(pathMaker);
    return tests.length === 0 ? undefined : (maker) => tests.some((test) => test(maker));
  }
  if ((isApt(use.invocation) || tool === 'apk') && REMOVERS.test(subcommand)) {
    const names = args.flatMap(({ value }) => (value === undefined || value.startsWith('-') ? [] : value)).slice(1);
    return (maker) =>
      maker.invocation.tool !== undefined &&
      (tool === 'apk' ? maker.invocation.tool === 'apk' : isApt(maker.invocation)) &&
      /^(install|add)$/.test(maker.invocation.subcommand) &&
      names.some((name) => maker.invocation.args.some(({ value }) => value === name));
  }
  const row = CLEANERS.find(([tools, cleaner]) => tools.test(tool) && cleaner.test(subcommand));
  if (row === undefined) return undefined;
  const words = args.map(({ text }) => text).join(' ');
  if (subcommand.startsWith('cache') && !/\b(clean|purge)\b/.test(words)) return undefined;
  const family = row[0];
  return ({ invocation }) =>
    invocation.tool !== undefined && family.test(invocation.tool) && row[2].test(invocation.subcommand);
}

/** The absolute patterns that an `rm` removes. */
export function pathsOf({ invocation, place }: Use): readonly string[] {
  return invocation.operands.flatMap((word) => {
    const pattern = patternOf(word, place.lookup);
    return (pattern === undefined ? undefined : resolvePath(pattern, place)) ?? [];
  });
}

function pathMaker(path: string): Cleanup['madeBy'] {
  const caches = CACHES.filter(([folder]) => folder.test(path));
  const stem = /[^/*?[]*/.exec(path.slice(path.lastIndexOf('/') + 1))![0];
  return (use) => {
    const { tool, subcommand, use: model, operands } = use.invocation;
    if (tool === undefined || tool === 'rm') return false;
    if (caches.some(([, tools, makes]) => tools.test(tool) && makes.test(subcommand))) return true;
    if (caches.length > 0 || model === undefined || model.operands === 'packages') return false;
    const effects = commandEffects(use.invocation, use.place);
    if (effects.opaque !== undefined) return false;
    const text = use.invocation.args.map((word) => patternOf(word, use.place.lookup) ?? '').join(' ');
    const folder = path.slice(0, path.lastIndexOf('/'));
    return effects.writes.some((written) => {
      const plain = written.replace(/\/\*\*?$/, '');
      if (plain === path || plain.startsWith(`${path.replace(/\/\*$/, '')}/`)) return true;
      return stem.length > 2 && written !== plain && plain === folder && operands.length > 0 && text.includes(stem);
    });
  };
}
