import { type Image, baseImage, copyImage } from './images.js';
import { type Instruction, readInstructions } from './instructions.js';
import { Unknown, runScript } from './shell.js';
import { userId } from './tools.js';
import { BuildError, Tree, file, folder, join, parent } from './tree.js';

/** The build context: paths from its root, and what each file holds. */
export type ContextFiles = Readonly<Record<string, string>>;

/** What the folders of cache mounts hold, by their ids; kept from build to build. */
export type CacheMounts = Map<string, Tree>;

/** What a builder may do one way or the other. */
export interface Builder {
  /**
   * When a cache mount is empty though a step before filled it: `never` within a build; before `each` step, as when that
   * step's layer came from the build cache of another machine.
   */
  readonly emptied: 'never' | 'each';
  /** Whether folders that were made to mount something on stay in the image, as older builders leave them. */
  readonly stubs: 'stay' | 'go';
}

/** What today's engines do within one build. */
export const USUAL: Builder = { emptied: 'never', stubs: 'go' };

interface Stage {
  readonly image: Image;
  readonly names: readonly string[];
  readonly args: Map<string, string>;
}

/**
 * Builds the last stage of a Dockerfile by BuildKit's documented rules, over the few commands that the oracle knows.
 * @throws BuildError where the build would fail, Unknown where the oracle does not know what happens.
 */
export function build(text: string, context: ContextFiles, caches: CacheMounts, builder: Builder): Image {
  const files = contextTree(context);
  const globals = new Map<string, string>();
  const stages: Stage[] = [];
  for (const instruction of readInstructions(text)) {
    const stage = stages[stages.length - 1];
    if (instruction.keyword === 'FROM') stages.push(from(instruction, stages, globals));
    else if (stage === undefined) {
      if (instruction.keyword !== 'ARG') throw new Unknown(`${instruction.keyword} before FROM`);
      for (const [name, value] of pairs(instruction.rest)) globals.set(name, expand(value ?? '', globals));
    } else step(instruction, stage, { stages, globals, files, caches, builder });
  }
  const last = stages[stages.length - 1];
  if (last === undefined) throw new BuildError('no FROM');
  return last.image;
}

interface World {
  readonly stages: readonly Stage[];
  readonly globals: ReadonlyMap<string, string>;
  readonly files: Tree;
  readonly caches: CacheMounts;
  readonly builder: Builder;
}

function from({ rest }: Instruction, stages: readonly Stage[], globals: ReadonlyMap<string, string>): Stage {
  const [reference = '', as, name] = rest.split(/\s+/);
  const base = expand(reference, globals);
  const earlier = findStage(base, stages);
  const image = earlier === undefined ? baseImage(base) : copyImage(earlier.image);
  if (image === undefined) throw new Unknown(`FROM ${base}`);
  const names = [
    String(stages.length),
    ...(as?.toLowerCase() === 'as' && name !== undefined ? [name.toLowerCase()] : []),
  ];
  return { image, names, args: new Map(earlier?.args) };
}

function findStage(name: string, stages: readonly Stage[]): Stage | undefined {
  return stages.find(({ names }) => names.includes(name.toLowerCase()));
}

function step(instruction: Instruction, stage: Stage, world: World): void {
  const { image, args } = stage;
  const { config, tree } = image;
  const { keyword, rest } = instruction;
  // ENV wins over ARG of the same name.
  const scope = new Map([...args, ...config.env]);
  const value = (text: string): string => expand(text, scope);
  switch (keyword) {
    case 'ARG':
      for (const [name, given] of pairs(rest)) {
        const fallback = world.globals.get(name);
        if (given !== undefined) args.set(name, value(given));
        else if (fallback !== undefined) args.set(name, fallback);
      }
      return;
    case 'ENV':
      for (const [name, given] of pairs(rest)) config.env.set(name, value(given ?? ''));
      return;
    case 'LABEL':
      for (const [name, given] of pairs(rest)) config.rest.set(`label ${name}`, value(given ?? ''));
      return;
    case 'WORKDIR':
      config.workdir = join(config.workdir, value(rest));
      tree.makeFolders(config.workdir, config.user === '' ? '0:0' : ownerBy(config.user), '0:0');
      return;
    case 'USER':
      config.user = value(rest);
      return;
    case 'CMD':
      config.cmd = started(rest, config.shell);
      return;
    case 'ENTRYPOINT':
      config.entrypoint = started(rest, config.shell);
      config.cmd = undefined;
      return;
    case 'SHELL':
      config.shell = JSON.parse(rest) as string[];
      return;
    case 'EXPOSE':
    case 'VOLUME':
      config.rest.set(`${keyword} ${value(rest)}`, '');
      return;
    case 'HEALTHCHECK':
      config.rest.set(keyword, JSON.stringify(checked(rest.replace(/^CMD\s+/, ''))));
      return;
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      config.rest.set(keyword, rest);
      return;
    case 'COPY':
    case 'ADD':
      return copy(instruction, stage, world, value);
    case 'RUN':
      return run(instruction, stage, world);
    default:
      throw new Unknown(keyword);
  }
}

/** What a container starts with: the JSON form as it is, a line through the shell of that place. */
function started(words: string, shell: readonly string[]): readonly string[] {
  return words.startsWith('[') ? (JSON.parse(words) as string[]) : [...shell, words];
}

/** A health check as an image has it: a line goes through whatever shell the image ends with. */
function checked(words: string): readonly string[] {
  return words.startsWith('[') ? ['CMD', ...(JSON.parse(words) as string[])] : ['CMD-SHELL', words];
}

function owner(user: string): string {
  return user === '' ? '0:0' : userId(user);
}

/** Whom the builder itself gives files to: a number without a group stands for both (docs.docker.com/reference/dockerfile/#copy---chown---chmod). */
function ownerBy(name: string): string {
  return /^\d+$/.test(name) ? `${name}:${name}` : userId(name);
}

const KNOWN_FLAGS = new Set(['from', 'chown', 'chmod', 'link']);

function copy(
  { keyword, flags, rest }: Instruction,
  stage: Stage,
  world: World,
  value: (text: string) => string,
): void {
  const { tree, config } = stage.image;
  const words = rest.startsWith('[') ? (JSON.parse(rest) as string[]) : rest.split(/\s+/);
  const sources = words.slice(0, -1).map(value);
  const to = value(words[words.length - 1] ?? '');
  const named = flags.get('from');
  const producer = named === undefined ? undefined : (findStage(named, world.stages)?.image ?? baseImage(named));
  if (named !== undefined && producer === undefined) throw new Unknown(`--from=${named}`);
  const origin = producer?.tree ?? world.files;
  const chown = flags.get('chown');
  const by = chown === undefined ? '0:0' : ownerBy(value(chown));
  const unknown = [...flags.keys()].find((name) => !KNOWN_FLAGS.has(name));
  if (unknown !== undefined) throw new Unknown(`--${unknown}`);
  const chmod = flags.get('chmod');
  if (chmod !== undefined && !/^[0-7]+$/.test(chmod)) throw new Unknown(`--chmod=${chmod}`);
  const target = join(config.workdir, to);
  const found = sources.flatMap((source) =>
    source.startsWith('http') ? [source] : expandGlob(origin, join('/', source)),
  );
  if (found.length > 1 && !to.endsWith('/')) throw new BuildError('the destination must be a folder and end with /');
  for (const source of found) {
    const name = source.slice(source.lastIndexOf('/') + 1);
    const into = to.endsWith('/') || to === '.' || tree.isFolder(target);
    if (keyword === 'ADD' && source.startsWith('http')) {
      tree.put(into ? join(target, name) : target, { ...file(`remote ${source}`, by), mode: chmod ?? '600' }, by);
      continue;
    }
    const entry = origin.get(source);
    if (entry === undefined) throw new BuildError(`${source}: not found`);
    if (entry.kind === 'folder') {
      if (chmod !== undefined) throw new Unknown('--chmod of a folder');
      tree.makeFolders(target, by, '0:0');
      for (const child of origin.children(source))
        tree.lay(origin, child, join(target, child.slice(child.lastIndexOf('/') + 1)), by);
    } else tree.put(into ? join(target, name) : target, { ...entry, owner: by, mode: chmod ?? entry.mode }, by);
  }
}

function expandGlob(tree: Tree, path: string): readonly string[] {
  if (!path.includes('*')) return [path];
  const pattern = new RegExp(
    `^${path
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]*')}$`,
  );
  const found = tree.below('/').filter((entry) => pattern.test(entry));
  if (found.length === 0) throw new BuildError(`${path}: no source files`);
  return found;
}

function run({ flags, mounts, rest, body }: Instruction, stage: Stage, world: World): void {
  const { tree, config } = stage.image;
  if (flags.size > 0) throw new Unknown(`RUN flags ${[...flags.keys()].join(' ')}`);
  const user = owner(config.user);
  const hidden = mounts.map((mount) => enter(mount, tree, world));
  const env = new Map([...stage.args, ...config.env]);
  if (!env.has('HOME')) env.set('HOME', user === '0:0' ? '/root' : '/home/node');
  const process = { tree, env, user, cwd: config.workdir, strict: false };
  const exec = /^\[\s*".*\]$/.test(rest) ? (JSON.parse(rest) as string[]) : undefined;
  const script =
    body ??
    (exec === undefined ? rest : exec[1] === '-c' ? (exec[2] ?? '') : exec.map((word) => `'${word}'`).join(' '));
  runScript(script, process);
  for (const leave of hidden) leave();
}

/** Puts a cache mount over a folder of the image; what comes back takes it away again and keeps what it holds. */
function enter(mount: ReadonlyMap<string, string>, tree: Tree, { caches, builder }: World): () => void {
  const target = mount.get('target') ?? mount.get('dst') ?? '';
  if (mount.get('type') !== 'cache' || target === '') throw new Unknown(`mount ${[...mount].join(' ')}`);
  const id = mount.get('id') ?? target;
  const uid = mount.get('uid') ?? '0';
  const under = tree.copy();
  const missing: string[] = [];
  for (let path = target; path !== '/' && !tree.has(path); path = parent(path)) missing.push(path);
  tree.remove(target, '0:0');
  const held = builder.emptied === 'each' ? undefined : caches.get(id);
  tree.makeFolders(parent(target), '0:0', '0:0');
  if (held === undefined) tree.put(target, folder(`${uid}:${mount.get('gid') ?? uid}`));
  else tree.graft(held, '/', target, undefined, '0:0');
  return () => {
    const now = new Tree(new Map([['/', tree.get(target) ?? folder('0:0')]]));
    for (const child of tree.children(target))
      now.graft(tree, child, join('/', child.slice(child.lastIndexOf('/') + 1)), undefined, '0:0');
    caches.set(id, now);
    tree.remove(target, '0:0');
    if (missing.length === 0) tree.graft(under, target, target, undefined, '0:0');
    else if (builder.stubs === 'stay') tree.makeFolders(target, '0:0', '0:0');
    else for (const path of missing) if (tree.children(path).length === 0) tree.remove(path, '0:0');
  };
}

function contextTree(context: ContextFiles): Tree {
  const ignored = (context['.dockerignore'] ?? '').split('\n').filter((line) => line !== '');
  const tree = new Tree();
  for (const [path, text] of Object.entries(context))
    if (!ignored.some((name) => path === name || path.startsWith(`${name}/`))) tree.put(`/${path}`, file(text));
  return tree;
}

/** `a=1 b="2"` and the old form `a 1`. */
function pairs(rest: string): readonly (readonly [string, string | undefined])[] {
  const words = rest.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const [first = ''] = words;
  if (words.length > 1 && !first.includes('=')) return [[first, rest.slice(first.length).trim()]];
  return words.map((word) => {
    const at = word.indexOf('=');
    return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
  });
}

/** Variables of an instruction's words, which the builder expands, and their quotes. */
function expand(text: string, scope: ReadonlyMap<string, string>): string {
  return text
    .split(/('[^']*')/)
    .map((part) =>
      part.startsWith("'")
        ? part.slice(1, -1)
        : part
            .replaceAll('"', '')
            .replace(
              /\$(?:\{(\w+)(?:(:?[-+])([^}]*))?\}|(\w+))/g,
              (_, braced?: string, operator?: string, word?: string, bare?: string) => {
                const known = scope.get(braced ?? bare ?? '');
                if (operator?.endsWith('+') === true)
                  return known === undefined || (operator === ':+' && known === '') ? '' : (word ?? '');
                return known === undefined || (operator === ':-' && known === '') ? (word ?? '') : known;
              },
            ),
    )
    .join('');
}
