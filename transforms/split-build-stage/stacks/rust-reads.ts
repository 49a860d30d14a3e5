import { joinPath } from '../../../src/facts/index.js';
import type { Evidence } from '../../../src/transform/index.js';
import { keptBack, whereThere } from './kept-back.js';
import { ASIDE, DOCUMENT } from './reads.js';
import { type Copied, declined, type Declined, type RuntimePackage, type Subject } from '../types.js';

interface Reads {
  readonly copies: readonly Copied[];
  readonly packages: readonly RuntimePackage[];
  readonly evidence: readonly Evidence[];
}

/** Files that a program does not read when it runs. */
const NO_DATA =
  /\.rs$|(?:^|\/)(?:Cargo\.(?:toml|lock)|rust-toolchain(?:\.toml)?|\.?rustfmt\.toml|\.?clippy\.toml|[Dd]ockerfile[^/]*|[^/]*\.[Dd]ockerfile|[Mm]akefile|justfile|LICENSE[^/]*|\.(?:git|docker)ignore|\.gitattributes|\.editorconfig|\.travis\.yml|\.gitlab-ci\.yml|docker-compose[^/]*|compose\.ya?ml|sqlx-data\.json|diesel\.toml|deny\.toml)$|(?:^|\/)(?:\.git|\.github|\.circleci|\.vscode|\.idea|\.cargo|\.sqlx|target|tests|benches|examples)\//;
/** What reads or lists files, and libraries that do by their own rules. */
const READING =
  /\b(?:fs::\w+|File::open|OpenOptions|NamedFile|ServeDir|ServeFile|Files::new|FileServer|Tera|Handlebars|dotenvy?|Figment|Config::builder|Rocket|rocket::|from_path|from_file)\b/;
const STARTS_PROGRAMS = /\bprocess::Command\b|\bCommand::new\b|\blibloading\b|\bexecv[pe]*\b/;
/** Files that the compiler reads: `include_str!`, and the folders of embedding macros. */
const EMBEDDED =
  /\b(?:include(?:_str|_bytes|_dir)?|migrate|embed_migrations)!\s*\(\s*"([^"\n]*)"|folder\s*=\s*"([^"\n]*)"/g;
/** Files that crates look for in the working directory. */
const OWN_FILES = [
  ['Rocket.toml', /^rocket$/],
  ['.env', /^dotenvy?$/],
] as const;
/** Crates that look for certificates of the system. */
const TLS = /^(?:native-tls|openssl-sys|curl-sys|openssl-probe|rustls-native-certs|rustls-platform-verifier)$/;

/**
 * What a Rust program reads from the image besides itself, by the literal paths in its sources.
 * @param crates all packages of Cargo.lock
 */
export function rustReads(subject: Subject, crates: readonly string[]): Reads | Declined {
  const { files, filesStay = false, project, command, stage, facts } = subject;
  const at = command.at ?? stage.from;
  const { context } = project!;
  const data = filesStay
    ? []
    : [...files].filter(([, { context: path }]) => path === undefined || !(NO_DATA.test(path) || DOCUMENT.test(path)));
  const folders = new Set(data.flatMap(([image]) => foldersAbove(image)));
  const embedded: string[] = [];
  const found = new Set<string>();
  const isKeptBack = keptBack(subject);
  const maybe = new Set<string>();
  let reader: string | undefined;
  for (const [image, { context: path }] of files) {
    if (path === undefined || !path.endsWith('.rs') || /(?:^|\/)(?:tests|benches|examples)\//.test(path)) continue;
    const text = context.read(path);
    if (text === undefined) return declined(`${path} cannot be read`, at);
    const script = /(?:^|\/)build\.rs$/.test(path);
    if (script && /rustc-link-lib|pkg_config|cc::Build|cmake::/.test(text))
      return declined(`${path} links or compiles native code`, at);
    if (script) continue;
    if (STARTS_PROGRAMS.test(text)) return declined(`${path} starts other programs, which the new base may lack`, at);
    if (READING.test(text)) reader ??= path;
    for (const match of text.matchAll(EMBEDDED)) {
      const name = (match[1] ?? match[2])!.replace(/^\$CARGO_MANIFEST_DIR\//, '');
      embedded.push(joinPath(image.replace(/\/[^/]*$/, ''), name), joinPath(image.replace(/\/src\/.*$/, ''), name));
    }
    for (const [, value] of text.matchAll(/"([^"\\\n\s:<>]{1,200})"/g)) {
      const at = joinPath(command.workdir ?? '/', value!.replace(/[*?[{%].*/s, ''));
      if (isKeptBack(at)) maybe.add(at);
      if (
        at !== command.workdir &&
        (folders.has(at) || data.some(([one]) => one === at) || DOCUMENT.test(files.get(at)?.context ?? ''))
      )
        found.add(at);
    }
  }
  for (const [name, crate] of OWN_FILES) {
    const settings = joinPath(command.workdir ?? '/', name);
    if (!crates.some((one) => crate.test(one))) continue;
    if (files.has(settings)) found.add(settings);
    if (isKeptBack(settings)) maybe.add(settings);
  }
  const roots = [...found]
    .filter((path) => !embedded.includes(path))
    .filter((path) => ![...found].some((other) => other !== path && path.startsWith(`${other}/`)))
    .sort();
  const isBelow = (image: string, list: readonly string[]): boolean =>
    list.some((root) => image === root || image.startsWith(`${root}/`));
  const left = data.filter(([image]) => !ASIDE.test(image) && !isBelow(image, roots) && !isBelow(image, embedded));
  if (left.length > 0 && (reader !== undefined || crates.length > 1))
    return declined(`it is not known whether the program reads ${left[0]![0]} when it runs`, at);
  const packages: RuntimePackage[] = [];
  if (crates.some((name) => TLS.test(name)))
    packages.push({ name: 'ca-certificates', why: 'the program calls others over TLS' });
  if (facts.atEnd(stage).env.has('TZ')) packages.push({ name: 'tzdata', why: 'TZ is set' });
  const carried = whereThere(maybe, roots);
  return {
    packages,
    copies: [...roots.map((path) => ({ from: path, to: path })), ...carried.copies],
    evidence: [...roots.map((path) => ({ fact: `its sources name ${path}` })), ...carried.evidence],
  };
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
