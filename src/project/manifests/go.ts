import type { ContextFiles } from '../context.js';
import { filesBelow, hasFile } from '../context.js';
import { folderOf, joinPath, resolveInContext } from '../paths.js';
import type { FactsBuilder, ManifestFacts, VersionFact } from './facts.js';
import { factsBuilder } from './facts.js';
import { sourceOf } from './read.js';

/** A folder with a go.mod or a go.work. */
export interface GoProject extends ManifestFacts {
  readonly module: string | undefined;
  /** The `go` and `toolchain` lines. */
  readonly versions: readonly VersionFact[];
  /** Module paths that go.mod requires, with their versions. */
  readonly requires: ReadonlyMap<string, string>;
  /** `replace` lines with a local path: old module path to folder relative to the context root. */
  readonly localReplaces: ReadonlyMap<string, string>;
  /** Folders of the modules that go.work uses. */
  readonly uses: readonly string[];
  /** Required modules that are known to need cgo. */
  readonly cgoModules: readonly string[];
  /** Own files with `import "C"`; undefined when there were too many files to look. */
  readonly cgoFiles: readonly string[] | undefined;
  /** True when there is a vendor/modules.txt: `go build` then reads vendor/ and downloads nothing. */
  readonly vendored: boolean;
}

const cgoModules: readonly string[] = [
  'github.com/mattn/go-sqlite3',
  'github.com/confluentinc/confluent-kafka-go',
  'github.com/confluentinc/confluent-kafka-go/v2',
  'github.com/h2non/bimg',
  'github.com/davidbyttow/govips',
  'github.com/davidbyttow/govips/v2',
  'gopkg.in/gographics/imagick.v2',
  'gopkg.in/gographics/imagick.v3',
  'github.com/godror/godror',
  'github.com/libgit2/git2go',
  'github.com/tecbot/gorocksdb',
  'github.com/linxGnu/grocksdb',
  'github.com/google/gopacket',
  'github.com/marcboeker/go-duckdb',
  'github.com/marcboeker/go-duckdb/v2',
  'github.com/DataDog/zstd',
  'github.com/valyala/gozstd',
  'gocv.io/x/gocv',
];

/** More Go files than this are not looked through for `import "C"`. */
const MAX_FILES = 5000;

/** Reads go.mod and go.work of a folder; undefined when it has neither. */
export function readGo(context: ContextFiles, folder: string): GoProject | undefined {
  const facts = factsBuilder(context, folder);
  const [mod] = facts.addFiles(['go.mod']);
  const [work] = facts.addFiles(['go.work']);
  if (mod === undefined && work === undefined) return undefined;
  facts.addFiles(['go.sum', 'go.work.sum', 'vendor/modules.txt']);
  const lines = [mod, work].flatMap((path) => (path === undefined ? [] : directives(facts, path)));
  const requires = new Map<string, string>();
  const localReplaces = new Map<string, string>();
  const uses: string[] = [];
  const versions: VersionFact[] = [];
  let module: string | undefined;
  for (const { path, line, words } of lines) {
    const [keyword, first, second] = words;
    if (first === undefined) continue;
    if (keyword === 'module') module = first;
    else if (keyword === 'go' || keyword === 'toolchain') versions.push({ value: first, from: `${path} ${keyword}` });
    else if (keyword === 'require' && second !== undefined) requires.set(first, second);
    else if (keyword === 'replace') readReplace(facts, words, { path, line }, localReplaces);
    else if (keyword === 'use') readUse(facts, first, { path, line }, uses, localReplaces);
  }
  let cgo: { readonly files: readonly string[] | undefined } | undefined;
  return {
    ...facts.done('go'),
    module,
    versions,
    requires,
    localReplaces,
    uses,
    cgoModules: cgoModules.filter((name) => requires.has(name)),
    // All sources are read for it, which few questions need.
    get cgoFiles() {
      return (cgo ??= { files: cgoFiles(context, folder) }).files;
    },
    vendored: hasFile(context, joinPath(folder, 'vendor/modules.txt')),
  };
}

interface Directive {
  readonly path: string;
  readonly line: number;
  readonly words: readonly string[];
}

/** The directives of go.mod and go.work, those in `( … )` blocks with their keyword in front. */
function directives(facts: FactsBuilder, path: string): readonly Directive[] {
  const found: Directive[] = [];
  let block: string | undefined;
  for (const [index, raw] of (sourceOf(facts, path) ?? '').split('\n').entries()) {
    const words = [...raw.matchAll(/"((?:[^"\\]|\\.)*)"?|`([^`]*)`|\/\/.*|[()]|=>|[^\s()"`]+/g)]
      .map((match) => match[1] ?? match[2] ?? match[0])
      .filter((word) => !word.startsWith('//'));
    const [first, second] = words;
    if (first === undefined) continue;
    if (block !== undefined && first === ')') block = undefined;
    else if (block !== undefined) found.push({ path, line: index + 1, words: [block, ...words] });
    else if (second === '(') block = first;
    else if (/^[a-z]+$/.test(first)) found.push({ path, line: index + 1, words });
    else facts.cannotTell(path, 'not a directive of a Go module file', index + 1);
  }
  if (block !== undefined) facts.cannotTell(path, `"${block} (" is never closed`);
  return found;
}

function readReplace(
  facts: FactsBuilder,
  words: readonly string[],
  place: { path: string; line: number },
  replaces: Map<string, string>,
): void {
  const arrow = words.indexOf('=>');
  const [target, version] = arrow < 0 ? [] : words.slice(arrow + 1);
  if (target === undefined || version !== undefined || !/^\.{0,2}\/|^\.{1,2}$/.test(target)) return;
  const path = facts.reads(target, `replace of ${words[1]} by a local path`, place, folderOf(place.path));
  if (path === undefined) return;
  replaces.set(words[1]!, path);
  facts.addFiles(['go.mod', 'go.sum'], path);
}

function readUse(
  facts: FactsBuilder,
  written: string,
  place: { path: string; line: number },
  uses: string[],
  replaces: Map<string, string>,
): void {
  const folder = resolveInContext(facts.folder, written);
  if (folder === undefined) {
    facts.cannotTell(place.path, 'uses a module outside the context', place.line);
    return;
  }
  uses.push(folder);
  const [mod] = facts.addFiles(['go.mod'], folder);
  facts.addFiles(['go.sum'], folder);
  if (mod === undefined || folder === facts.folder) return;
  for (const { line, words } of directives(facts, mod)) {
    if (words[0] === 'replace') readReplace(facts, words, { path: mod, line }, replaces);
  }
}

function cgoFiles(context: ContextFiles, folder: string): readonly string[] | undefined {
  const files = filesBelow(context.paths, folder).filter((path) => {
    const below = folder === '' ? path : path.slice(folder.length + 1);
    return path.endsWith('.go') && !path.endsWith('_test.go') && !/(?:^|\/)(?:vendor|testdata|[._][^/]*)\//.test(below);
  });
  if (files.length > MAX_FILES) return undefined;
  return files.filter((path) => /^[ \t]*(?:import[ \t]+)?"C"[ \t]*\r?$/m.test(context.read(path) ?? ''));
}
