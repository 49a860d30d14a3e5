import { joinPath } from '../../../src/facts/index.js';
import type { Evidence } from '../../../src/transform/index.js';
import { keptBack, whereThere } from './kept-back.js';
import { ASIDE, DOCUMENT } from './reads.js';
import { type Copied, declined, type Declined, type RuntimePackage, type Subject } from '../types.js';

interface Reads {
  /** Whether the sources call anything that reads or lists files. */
  readonly readsFiles: boolean;
  /** Whether they look up media types, which Go reads from the system's list beside its own. */
  readonly mediaTypes: boolean;
  readonly copies: readonly Copied[];
  readonly packages: readonly RuntimePackage[];
  readonly evidence: readonly Evidence[];
}

/** Files that a program does not read when it runs. */
const NO_DATA =
  /\.(?:go|mod|sum|s|h|c|proto|work)$|(?:^|\/)(?:[Dd]ockerfile[^/]*|[^/]*\.[Dd]ockerfile|[Mm]akefile|LICENSE[^/]*|\.(?:git|docker)ignore|\.gitattributes|\.editorconfig|\.golangci\.ya?ml|\.travis\.yml|\.gitlab-ci\.yml|\.goreleaser\.ya?ml|docker-compose[^/]*|compose\.ya?ml)$|(?:^|\/)(?:\.git|\.github|\.circleci|\.vscode|\.idea|testdata|vendor)\//;
/** Calls that read or list files. */
const READING =
  /\b(?:os\.(?:Open|OpenFile|ReadFile|ReadDir|DirFS)|ioutil\.(?:ReadFile|ReadDir)|template\.(?:ParseFiles|ParseGlob)|\.(?:ParseFiles|ParseGlob|LoadHTMLGlob|LoadHTMLFiles|Static|StaticFS|StaticFile|ServeFile|SendFile)|http\.(?:Dir|ServeFile)|filepath\.(?:Walk|WalkDir|Glob))\(/;
/** Sources that a literal may name for other reasons than to read them. */
const SOURCE = /\.(?:go|mod|sum|s)$|(?:^|\/)(?:\.git|testdata|vendor)\//;
/** Calls that read .env in the working directory. */
const DOTENV = /\bgodotenv\.(?:Load|Overload|Read)\(\s*\)|"github\.com\/joho\/godotenv\/autoload"/;
const STARTS_PROGRAMS = /^[ \t]*(?:import\s+)?(?:\w+\s+)?"(?:os\/exec|plugin|golang\.org\/x\/tools\/go\/packages)"/m;
const CALLS_SYSTEM = /\bsyscall\.(?:Exec|ForkExec)\b|\bos\.StartProcess\b/;
const TLS =
  /\bhttp\.(?:Get|Post|PostForm|Head|Client|DefaultClient|NewRequest|NewRequestWithContext|Transport)\b|"crypto\/(?:tls|x509)"|"net\/smtp"/;

/**
 * What a Go program reads from the image besides itself, by the literal paths in its sources.
 * @param images the sources' paths in the image
 */
export function goReads(subject: Subject, images: readonly string[]): Reads | Declined {
  const { files, filesStay = false, project, command, stage, facts } = subject;
  const { context } = project!;
  const at = command.at ?? stage.from;
  const sources = images.map((image) => files.get(image)!.context!);
  const texts = new Map(sources.map((path) => [path, context.read(path)]));
  const unread = [...texts].find(([, text]) => text === undefined);
  if (unread !== undefined) return declined(`${unread[0]} cannot be read`, at);
  const embedded = new Set<string>();
  const found = new Set<string>();
  const all = filesStay ? [] : [...files].filter(([, { context: path }]) => path === undefined || !SOURCE.test(path));
  const data = all.filter(
    ([, { context: path }]) => path === undefined || !(NO_DATA.test(path) || DOCUMENT.test(path)),
  );
  const folders = new Set(data.flatMap(([image]) => foldersAbove(image)));
  const readable = new Set(all.flatMap(([image]) => foldersAbove(image)));
  let whole: string | undefined;
  const isKeptBack = keptBack(subject);
  const maybe = new Set<string>();
  for (const [path, raw] of texts) {
    const text = raw!;
    if (STARTS_PROGRAMS.test(text) || CALLS_SYSTEM.test(text))
      return declined(`${path} starts other programs, which the new base may lack`, at);
    for (const line of text.matchAll(/^\/\/go:embed[ \t]+(\S.*)$/gm))
      for (const word of line[1]!.split(/\s+/))
        embedded.add(joinPath(`/${path}`, `../${word.replace(/^all:|["`]/g, '')}`).replace(/[*?[].*/s, ''));
    const settings = joinPath(command.workdir ?? '/', '.env');
    if (DOTENV.test(text) && files.has(settings)) found.add(settings);
    if (DOTENV.test(text) && isKeptBack(settings)) maybe.add(settings);
    for (const [literal] of text.matchAll(/"[^"\\\n]{1,200}"|`[^`\n]{1,200}`/g)) {
      const value = literal
        .slice(1, -1)
        .replace(/^file:\/\//, '')
        .replace(/[*?[{%].*/s, '')
        .replace(/(?<!\/)\/+$/, '');
      if (value === '' || value === '.' || value === '/' || /[\s:<>]/.test(value)) continue;
      const image = joinPath(command.workdir ?? '/', value);
      if (image === command.workdir) continue;
      if (isKeptBack(image)) maybe.add(image);
      if (folders.has(image) || all.some(([one]) => one === image)) found.add(image);
    }
    for (const value of literalsRead(text)) {
      const image = joinPath(command.workdir ?? '/', beforePattern(value));
      if (image === joinPath(command.workdir ?? '/', '.')) whole ??= path;
      else if (readable.has(image)) found.add(image);
    }
  }
  const variables = [...facts.atEnd(stage).env.values()].flatMap(({ value, from }) =>
    from === undefined || value === undefined ? [] : [value],
  );
  for (const word of [...command.words.slice(1), ...variables].flatMap((text) => text.split(/[=:,\s]+/))) {
    const image = joinPath(command.workdir ?? '/', word);
    if (image !== command.workdir && (readable.has(image) || all.some(([one]) => one === image))) found.add(image);
  }
  const roots = [...found]
    .filter((path) => ![...found].some((other) => other !== path && path.startsWith(`${other}/`)))
    .sort();
  const left = data.filter(
    ([image, { context: path }]) =>
      !ASIDE.test(image) &&
      !roots.some((root) => image === root || image.startsWith(`${root}/`)) &&
      ![...embedded].some((prefix) => path !== undefined && `/${path}`.startsWith(prefix)),
  );
  if (left.length > 0 && whole !== undefined)
    return declined(`${whole} reads the folder that the program starts in, with ${left[0]![0]}`, at);
  const reader = [...texts].find(([, text]) => READING.test(text!))?.[0];
  const modules = project!.go.flatMap(({ requires }) => [...requires.keys()]);
  const framework = modules.find((name) =>
    /viper|koanf|godotenv|beego|revel|buffalo|envconfig|cleanenv|migrate|goose|pongo|jet|hugo/.test(name),
  );
  const computed = [...texts.values()].some((text) => namesByValue(text!));
  if (left.length > 0 && (computed || framework !== undefined || modules.length > 0)) {
    const shown = left.slice(0, 3).map(([image]) => image);
    return declined(
      `it is not known whether the program reads ${shown.join(', ')}${left.length > 3 ? ` and ${left.length - 3} more` : ''} when it runs`,
      at,
    );
  }
  const code = [...texts.values()].join('\n');
  const packages: RuntimePackage[] = [];
  if (TLS.test(code) || modules.length > 0)
    packages.push({ name: 'ca-certificates', why: 'the program may call others over TLS' });
  const zone = facts.atEnd(stage).env.has('TZ');
  if (zone || (/\btime\.LoadLocation\b/.test(code) && !/"time\/tzdata"/.test(code)))
    packages.push({ name: 'tzdata', why: zone ? 'TZ is set' : 'the program loads a time zone' });
  const carried = whereThere(maybe, roots);
  return {
    readsFiles: reader !== undefined || framework !== undefined,
    mediaTypes: /\bmime\.(?:TypeByExtension|ExtensionsByType)\(/.test(code),
    packages,
    copies: [...roots.map((path) => ({ from: path, to: path })), ...carried.copies],
    evidence: [
      ...(roots.length + maybe.size === 0
        ? [{ fact: 'its sources name no other file of the image' }]
        : roots.map((path) => ({ fact: `its sources name ${path}` }))),
      ...carried.evidence,
    ],
  };
}

/** The part of a path that is no pattern: `posts/` of `posts/*.md`. */
function beforePattern(path: string): string {
  const at = path.search(/[*?[]/);
  return at < 0 ? path : path.slice(0, path.lastIndexOf('/', at) + 1);
}

/** The literal paths that calls which read or list files are given. */
function literalsRead(text: string): readonly string[] {
  return [...text.matchAll(new RegExp(READING, 'g'))].flatMap(({ 0: call, index }) => {
    const words = /^(?:[^()"`\n]|"[^"\\\n]*"|`[^`]*`)*/.exec(
      text.slice(index + call.length, index + call.length + 500),
    )![0];
    return [...words.matchAll(/"([^"\\\n]+)"|`([^`]+)`/g)].map(([, quoted, raw]) => quoted ?? raw!);
  });
}

/** Whether a call that reads or lists files is given anything but literal paths. */
function namesByValue(text: string): boolean {
  return [...text.matchAll(new RegExp(READING, 'g'))].some(({ 0: call, index }) => {
    const words = /^(?:[^()"`]|"[^"\\\n]*"|`[^`]*`)*\)/.exec(text.slice(index + call.length))?.[0].slice(0, -1) ?? '?';
    const rest = words.replace(/"[^"\\\n]*"|`[^`]*`/g, '""').split(',');
    const paths = /ServeFile/.test(call) ? rest.slice(2) : /OpenFile|Walk/.test(call) ? rest.slice(0, 1) : rest;
    const given = paths.map((word) => word.trim()).filter((word) => word !== '');
    return given.length === 0 || given.some((word) => word !== '""');
  });
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
