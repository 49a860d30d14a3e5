import { type Builder, type BuildField, constant, UNKNOWN, type Value, type WrittenBuild } from './use.js';
import type { Word } from './shell-words.js';

/** What a build command says; the rest of a {@link WrittenBuild} comes from where it stands. */
export type BuildCommand = Pick<
  WrittenBuild,
  'dockerfileFrom' | 'context' | 'dockerfile' | 'target' | 'buildArgs' | 'variable' | 'defaultNames' | 'builder'
>;

/** Words that may stand before a command and leave it what it is. */
const PREFIXES = new Set('sudo env exec command time nohup then do else elif if while until ! { nice eval'.split(' '));
const TOOLS = new Set(['docker', 'podman', 'nerdctl', 'buildah', 'finch']);
const CONTAINERFILE_FIRST = new Set(['podman', 'buildah']);
const GLOBAL_WITH_VALUE = new Set(
  '--config --context -c -H --host -l --log-level --tlscacert --tlscert --tlskey --builder --namespace -n'.split(' '),
);
/** Options of the build commands of docker, buildx, podman and buildah that take no value. */
const SWITCHES = new Set(
  (
    '--no-cache --pull --push --load -q --quiet --rm --force-rm --squash --compress --check -D --debug --layers ' +
    '--disable-content-trust --disable-compression --squash-all --all-platforms --tls-verify --help --stream --stdin -i'
  ).split(' '),
);

/** Reads `docker build …`, `docker buildx build …`, `podman build …` and their kin; undefined for any other command. */
export function readBuildCommand(words: readonly Word[]): BuildCommand | undefined {
  let at = 0;
  while (at < words.length && isPrefix(words[at]!, at)) at++;
  const tool = toolOf(words[at]);
  if (tool === undefined) return undefined;
  const builder = builderOf(tool, words.slice(0, at));
  if (tool === 'kaniko') return { ...readOptions(words.slice(at + 1), tool), builder };
  at = skipGlobals(words, at + 1);
  if (['buildx', 'image', 'builder'].includes(words[at]?.text ?? '')) at = skipGlobals(words, at + 1);
  const verb = words[at]?.text;
  const builds = verb === 'build' || (tool === 'buildah' && (verb === 'bud' || verb === 'build-using-dockerfile'));
  const short = verb === 'b' && words[at - 1]?.text === 'buildx';
  return builds || short ? { ...readOptions(words.slice(at + 1), tool), builder } : undefined;
}

function builderOf(tool: string, before: readonly Word[]): Builder {
  if (tool === 'kaniko' || tool === 'buildah' || tool === 'podman') return tool;
  return before.some(({ text }) => text === 'DOCKER_BUILDKIT=0') ? 'legacy' : 'buildkit';
}

function isPrefix({ text, raw }: Word, at: number): boolean {
  return PREFIXES.has(text ?? '') || /^\w+=/.test(raw) || (at > 0 && text === '-E');
}

function toolOf(word: Word | undefined): string | undefined {
  if (word === undefined) return undefined;
  const name = (word.text ?? '').split('/').at(-1)!;
  if (TOOLS.has(name)) return name;
  if (name === 'executor' && word.raw.includes('kaniko')) return 'kaniko';
  // `$(DOCKER) build` of Makefiles and `${CONTAINER_TOOL} build` of scripts.
  return /^["']?\$[{(]?\w*(?:docker|podman|container|engine|oci)\w*[})]?["']?$/i.test(word.raw) ? 'docker' : undefined;
}

function skipGlobals(words: readonly Word[], start: number): number {
  let at = start;
  while (at < words.length && words[at]!.raw.startsWith('-')) at += GLOBAL_WITH_VALUE.has(words[at]!.raw) ? 2 : 1;
  return at;
}

function readOptions(words: readonly Word[], tool: string): BuildCommand {
  const options = new Map<string, Value>();
  const buildArgs = new Map<string, Value>();
  const positional: Word[] = [];
  let splits = false;
  let standardInput: Value | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word.text === '}' || word.text === ']') break;
    if (word.raw === '<' || word.raw === '>') {
      if (word.raw === '<') standardInput = words[at + 1];
      at++;
    } else if (!word.raw.replace(/^["']/, '').startsWith('-') || word.text === '-') {
      if (word.splits && word.text === undefined) splits = true;
      positional.push(word);
    } else {
      const { name, value: own } = splitOption(word);
      if (own === undefined && SWITCHES.has(name)) continue;
      const value = own ?? words[++at] ?? UNKNOWN;
      if (name === '--build-arg') addBuildArg(buildArgs, value);
      else options.set(LONG.get(name) ?? name, value);
    }
  }
  // A lone unknown word is the context; one of several may be options.
  const context = contextOf(positional, options, tool, splits);
  const dockerfile = options.get('--file');
  const variable: BuildField[] = splits && positional.length > 1 ? ['dockerfile', 'target', 'buildArgs'] : [];
  const fromInput = context?.text === '-' || dockerfile?.text === '-';
  return {
    dockerfileFrom: tool === 'kaniko' ? 'context' : 'folder',
    context: context?.text === '-' ? UNKNOWN : context,
    dockerfile: fromInput ? (standardInput ?? UNKNOWN) : dockerfile,
    target: options.get('--target'),
    buildArgs,
    variable,
    ...(CONTAINERFILE_FIRST.has(tool) ? { defaultNames: ['Containerfile', 'Dockerfile'] } : {}),
  };
}

const LONG: ReadonlyMap<string, string> = new Map([
  ['-f', '--file'],
  ['--dockerfile', '--file'],
]);

function contextOf(
  positional: readonly Word[],
  options: ReadonlyMap<string, Value>,
  tool: string,
  splits: boolean,
): Value | undefined {
  if (tool === 'kaniko') {
    const given = options.get('--context') ?? options.get('-c');
    return given?.text?.startsWith('dir://') ? { ...given, text: given.text.slice('dir://'.length) } : given;
  }
  const known = positional.filter((word) => word.text !== undefined);
  return (splits ? known.at(-1) : positional.at(-1)) ?? positional.at(-1) ?? (tool === 'docker' ? UNKNOWN : undefined);
}

/** `--file=x`, `-fx`, or only the name. */
function splitOption(word: Word): { readonly name: string; readonly value: Value | undefined } {
  const raw = word.raw.replace(/^["']/, '');
  const equals = raw.indexOf('=');
  const text = word.text;
  if (equals > 0) {
    const value = { text: text?.slice(text.indexOf('=') + 1), sure: word.sure };
    return { name: raw.slice(0, equals), value };
  }
  if (/^-f./.test(raw)) return { name: '-f', value: { text: text?.slice(2), sure: word.sure } };
  return { name: text ?? raw, value: undefined };
}

/** `NAME=value`, or `NAME` alone, whose value is the environment's. */
function addBuildArg(buildArgs: Map<string, Value>, value: Value & { readonly raw?: string }): void {
  const written = value.text ?? value.raw?.replace(/^["']|^--build-arg=["']?/, '') ?? '';
  const name = /^\w+/.exec(written)?.[0];
  if (name === undefined) return;
  const rest = value.text?.startsWith(`${name}=`) ? value.text.slice(name.length + 1) : undefined;
  buildArgs.set(name, rest === undefined ? UNKNOWN : value.sure ? constant(rest) : { text: rest, sure: false });
}
