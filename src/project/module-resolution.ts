import { onceForEach } from '../once.js';
import type { ContextFiles } from './context.js';
import { hasFile } from './context.js';
import { parseJson } from './manifests/parse.js';
import { entries, field, fieldAt, text, texts } from './manifests/values.js';
import { cleanPath, folderOf, foldersAbove, joinPath, resolveInContext } from './paths.js';

/** What an import specifier stands for. */
export type Resolved =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'builtin' }
  | { readonly kind: 'unknown'; readonly why: string };

const builtins: ReadonlySet<string> = new Set(
  (
    'assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http ' +
    'http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder sys ' +
    'timers tls trace_events tty url util v8 vm wasi worker_threads zlib'
  ).split(' '),
);

const endings = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx', '.json', '.node'];
/** What TypeScript source a `.js` name may stand for. */
const compiledFrom: readonly (readonly [string, readonly string[]])[] = [
  ['.js', ['.ts', '.tsx']],
  ['.mjs', ['.mts']],
  ['.cjs', ['.cts']],
  ['.jsx', ['.tsx']],
];

/** Resolves a specifier in a file: relative paths, tsconfig `paths` and `baseUrl`, packages, Node's own modules. */
export function resolveModule(context: ContextFiles, from: string, specifier: string): Resolved {
  if (specifier.startsWith('node:') || builtins.has(specifier.split('/', 1)[0]!)) return { kind: 'builtin' };
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) {
    const target = resolveInContext(folderOf(from), specifier);
    const path = target === undefined ? undefined : moduleFile(context, target);
    return path === undefined
      ? { kind: 'unknown', why: 'a module that is not in the context' }
      : { kind: 'file', path };
  }
  const aliased = fromTsconfig(context, from, specifier);
  if (aliased !== undefined) return { kind: 'file', path: aliased };
  const name = /^(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9][\w.~-]*(?=\/|$)/i.exec(specifier)?.[0];
  return name === undefined ? { kind: 'unknown', why: 'an alias that is not known' } : { kind: 'package', name };
}

/** The file that a path without, or with another, ending stands for. */
export function moduleFile(context: ContextFiles, target: string): string | undefined {
  const direct = endings.map((ending) => target + ending);
  const source = compiledFrom.flatMap(([ending, from]) =>
    target.endsWith(ending) ? from.map((other) => target.slice(0, -ending.length) + other) : [],
  );
  const index = endings.slice(1).map((ending) => joinPath(target, `index${ending}`));
  return [...direct, ...source, ...index].find((path) => hasFile(context, path));
}

interface Aliases {
  readonly paths: readonly (readonly [string, readonly string[]])[];
  readonly base: string;
  /** True when bare names count from `base`. */
  readonly bare: boolean;
}

function fromTsconfig(context: ContextFiles, from: string, specifier: string): string | undefined {
  const file = foldersAbove(from).map((folder) => joinPath(folder, 'tsconfig.json')).find((path) => hasFile(context, path)); // prettier-ignore
  if (file === undefined) return undefined;
  const aliases = aliasesOf(context, file);
  if (aliases === undefined) return undefined;
  const candidates = aliases.paths.flatMap(([pattern, targets]) => {
    const [before, after] = pattern.split('*', 2);
    const star = after !== undefined && specifier.startsWith(before!) && specifier.endsWith(after);
    if (!star && specifier !== pattern) return [];
    const middle = star ? specifier.slice(before!.length, specifier.length - after.length) : '';
    return targets.map((target) => target.replace('*', () => middle));
  });
  for (const candidate of [...candidates, ...(aliases.bare ? [specifier] : [])]) {
    const target = resolveInContext(aliases.base, candidate);
    const path = target === undefined ? undefined : moduleFile(context, target);
    if (path !== undefined) return path;
  }
  return undefined;
}

const aliasesOf = onceForEach((context: ContextFiles, file: string): Aliases | undefined => {
  const result = parseJson(context.read(file) ?? '', { comments: true });
  if (!('value' in result)) return undefined;
  const options = field(result.value, 'compilerOptions');
  const baseUrl = text(field(options, 'baseUrl'));
  const paths = entries(fieldAt(options, 'paths')).map(([pattern, targets]) => [pattern, texts(targets)] as const);
  return { paths, base: cleanPath(joinPath(folderOf(file), baseUrl ?? '')), bare: baseUrl !== undefined };
});
