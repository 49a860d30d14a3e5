import { isWithin, joinPath } from '../../../src/facts/index.js';
import type { Evidence } from '../../../src/transform/index.js';
import { type Copied, declined, type Declined, type Subject } from '../types.js';
import { keptBack, whereThere } from './kept-back.js';

/** How the programs of a language name the files that they read. */
export interface Reading {
  /** Its sources: string literals in them may be paths. */
  readonly sources: RegExp;
  /** Its settings: every word in them may be a path. */
  readonly settings: RegExp;
  /** Files that no program reads when it runs, unless a path with a slash names them. */
  readonly noData: RegExp;
  /** Calls that open files by names which may be computed. */
  readonly opens: RegExp;
  /** Code that needs more of the image than files, and what to say of it. */
  readonly forbidden: readonly (readonly [RegExp, string])[];
  /** Files that a framework looks for by itself, relative to the working directory. */
  readonly looksFor: RegExp;
}

export interface Reads {
  readonly copies: readonly Copied[];
  /** A source that opens files by names which may be computed. */
  readonly opener: string | undefined;
  readonly evidence: readonly Evidence[];
}

/** What editors, systems and tools leave in a folder, and examples of settings: read by no program that does not name them. */
export const ASIDE =
  /(?:^|\/)(?:\.DS_Store|Thumbs\.db|\.prettier\w*|\.eslint[\w.]*|\.(?:pre-commit-config|markdownlint)[\w.]*|(?:tailwind|postcss|webpack|eslint|prettier)\.config\.[cm]?[jt]s|[^/]*\.(?:code-workspace|sqbpro|sublime-\w+|swp|iml|sh|bat|cmd|ps1)|\.env[.-]?(?:example|sample|template|dist)|(?:[^/]*[._-])?(?:example|sample)s?(?:[._-][^/]*)?\.(?:json|ya?ml|toml|ini|conf|cfg|env|properties))$/i;

/** Texts for people, which a program reads only where it names them. */
export const DOCUMENT =
  /(?:^|\/)(?:docs?|\.github)\/(?:.*\/)?[^/]+\.(?:md|markdown)$|(?:^|\/)[A-Z\d_.-]+\.(?:md|markdown)$/;

/** Texts and images, which lie in a repository for people more often than for the program. */
const SHOWN = /^(?!(?:.*\/)?(?:src|\.\w+)\/).*\.(?:md|markdown|adoc|txt|png|svg|gif|jpe?g|proto)$/;

/** Settings that frameworks look for, by the names that are left to whoever builds most often. */
const USUAL = [
  '.env',
  'application.properties',
  'application.yml',
  'config/application.properties',
  'config/application.yml',
  'appsettings.Production.json',
];

/** Folders of tests, which are no part of a program. */
export const TESTS = /(?:^|\/)(?:tests?|[\w.-]+\.(?:Unit|Integration)?Tests?|integrationTest|testFixtures)\//i;

/**
 * What a compiled program reads from the image besides itself: paths in its sources, its settings and its command.
 * @param words further texts that may name files
 * @param source the folder that is built; what lies there is out of reach of a program that starts elsewhere and names no
 *   file of it
 */
export function literalReads(
  subject: Subject,
  how: Reading,
  words: readonly string[],
  source: string | undefined,
): Reads | Declined {
  const { files, project, command, stage, facts } = subject;
  const at = command.at ?? stage.from;
  const { context } = project!;
  const workdir = command.workdir ?? '/';
  const isData = (name: string | undefined) => name === undefined || !how.noData.test(name);
  const data = [...files].filter(([, { context: name }]) => isData(name)).map(([image]) => image);
  const shown = [...files].flatMap(([image, { context: name }]) => (SHOWN.test(name ?? '') ? [image] : []));
  const known = { data: withFolders(data), all: withFolders([...files.keys()]), shown: withFolders(shown) };
  const found = new Set(
    [...files.keys()]
      .filter((image) => isWithin(image, workdir) && how.looksFor.test(relative(image, workdir)))
      .map((image) => joinPath(workdir, relative(image, workdir).split('/')[0]!)),
  );
  const isKeptBack = keptBack(subject);
  const maybe = new Set(
    USUAL.filter((name) => how.looksFor.test(name))
      .map((name) => joinPath(workdir, name))
      .filter(isKeptBack),
  );
  const note = (text: string, opens = false): void => {
    const value = text
      .replace(/^file:(?:\/\/)?/, '')
      .replace(/[*?{$%].*/s, '')
      .replace(/(?<!\/)\/+$/, '');
    if (/^[./]*$/.test(value)) return;
    const image = joinPath(workdir, value);
    if (isKeptBack(image)) maybe.add(image);
    const named = value.includes('/') ? known.all.has(image) : opens && known.shown.has(image);
    if (image !== workdir && (named || known.data.has(image))) found.add(image);
  };
  let opener: string | undefined;
  for (const { context: name } of files.values()) {
    if (name === undefined || TESTS.test(name)) continue;
    const source = how.sources.test(name);
    if (!source && !how.settings.test(name)) continue;
    const text = context.read(name);
    if (text === undefined) return declined(`${name} cannot be read`, at);
    if (source) {
      const forbidden = how.forbidden.find(([pattern]) => pattern.test(text));
      if (forbidden !== undefined) return declined(`${name} ${forbidden[1]}`, at);
      const opens = how.opens.test(text);
      if (opens) opener ??= name;
      for (const [, literal] of text.matchAll(/"([^"\n]{1,300})"/g))
        for (const word of literal!.split(/[;=,\s]+/)) note(word, opens);
    } else for (const word of text.split(/[\s"'=,;<>]+/)) note(word);
  }
  const variables = [...facts.atEnd(stage).env.values()].flatMap(({ value, from }) =>
    from === undefined || value === undefined ? [] : [value],
  );
  for (const word of [...words, ...variables]) for (const one of word.split(/[=:;,\s]+/)) note(one);
  const roots = [...found].filter((one) => ![...found].some((other) => other !== one && isWithin(one, other))).sort();
  const far = (image: string) => source !== undefined && isWithin(image, source) && !isWithin(image, workdir);
  const left = data.filter(
    (image) => !far(image) && !ASIDE.test(image) && !roots.some((root) => isWithin(image, root)),
  );
  if (left.length > 0 && opener !== undefined)
    return declined(`it is not known whether the program reads ${left[0]!} when it runs: ${opener} opens files`, at);
  const carried = whereThere(maybe, roots);
  return {
    copies: [...roots.map((path) => ({ from: path, to: path })), ...carried.copies],
    opener,
    evidence: [
      ...(roots.length + maybe.size === 0
        ? [{ fact: 'its sources and settings name no other file of the image' }]
        : roots.map((path) => ({ fact: `${path} is named by the sources, the settings or the command` }))),
      ...carried.evidence,
    ],
  };
}

function relative(path: string, folder: string): string {
  return folder === '/' ? path.slice(1) : path.slice(folder.length + 1);
}

function withFolders(paths: readonly string[]): ReadonlySet<string> {
  const all = new Set(paths);
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) all.add(path.slice(0, end));
  return all;
}
