import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DfixError } from '../../errors.js';
import { ignoreTest, parseDockerignore } from '../../project/dockerignore.js';
import {
  buildCommand,
  type BuildOptions,
  createCommand,
  exportCommands,
  runner,
  smokeWords,
} from '../../verify/commands.js';
import { readConfig } from '../../verify/config.js';
import type { BuildRequest, RunRequest, Workbench } from '../../verify/port.js';
import { lastLines, readSteps } from '../../verify/progress.js';
import { fileToTouch } from '../../verify/touch.js';
import { readTree } from '../../verify/tree.js';
import type { Build, Image, Run, Tree } from '../../verify/types.js';
import { type ContextCopy, copyContext } from './context-copy.js';
import type { Engine } from './find.js';
import { type Ended, runProcess } from './process.js';

export interface WorkbenchOptions {
  readonly engine: Engine;
  /** Where paths in options such as `--secret` start. */
  readonly cwd: string;
  readonly context: string;
  readonly build: BuildOptions;
  readonly signal: AbortSignal;
  /** Called when a step begins and when it has ended. */
  readonly progress: (label: string, seconds: number | undefined) => void;
}

/** How long one build may take, milliseconds. */
const BUILD_LIMIT = 60 * 60 * 1000;
/** How long the engine may take for anything else. */
const LIMIT = 10 * 60 * 1000;
const POLL = 200;

/** A workbench on a real engine; `close` removes all that it made. */
export interface EngineWorkbench extends Workbench {
  readonly id: string;
  /** @returns what could not be removed */
  close(): Promise<readonly string[]>;
}

export function openWorkbench(options: WorkbenchOptions): EngineWorkbench {
  return new Bench(options);
}

class Bench implements EngineWorkbench {
  readonly id = randomBytes(5).toString('hex');
  readonly #folder = mkdtempSync(join(tmpdir(), 'dfix-verify-'));
  readonly #tags: string[] = [];
  readonly #containers = new Set<string>();
  #count = 0;
  #copy: ContextCopy | { readonly why: string } | undefined;
  #ignore: string | undefined;

  constructor(readonly options: WorkbenchOptions) {}

  async build(request: BuildRequest): Promise<Build> {
    const { engine, build } = this.options;
    const folder = join(this.#folder, String(this.#count++));
    const tag = `dfix-verify-${this.id}:${this.#tags.length}`;
    const dockerfile = join(folder, 'Dockerfile');
    mkdirSync(folder);
    writeFileSync(dockerfile, request.dockerfile);
    // Always there: it keeps the engine from reading the one of the context.
    const ignoreFile = `${dockerfile}.dockerignore`;
    writeFileSync(ignoreFile, request.ignore ?? '');
    this.#ignore = request.ignore;
    this.#tags.push(tag);
    const context = request.context === 'own' ? this.options.context : this.#copied().root;
    const command = buildCommand(engine.name, {
      ...build,
      dockerfile,
      ignoreFile,
      context,
      tag,
      noCache: request.noCache,
    });
    const { ended, seconds } = await this.#step(`build ${request.label}`, command, BUILD_LIMIT);
    const log = ended.stderr + ended.stdout;
    const failure = ended.timedOut
      ? `it took longer than ${BUILD_LIMIT / 60_000} minutes`
      : ended.code === 0
        ? ''
        : lastLines(log);
    return { tag, ok: failure === '', seconds, steps: readSteps(log), failure };
  }

  async image(tag: string): Promise<Image> {
    const program = runner(this.options.engine.name);
    const { stdout } = await this.#must([program, 'image', 'inspect', tag]);
    const [inspected] = JSON.parse(stdout) as readonly { Size?: number; RootFS?: { Layers?: readonly string[] } }[];
    return {
      config: readConfig(inspected),
      tree: await this.#tree(tag),
      size: inspected?.Size ?? 0,
      layers: inspected?.RootFS?.Layers?.length ?? 0,
    };
  }

  async #tree(tag: string): Promise<Tree> {
    const name = this.#newName();
    const [create, read, remove] = exportCommands(this.options.engine.name, tag, name);
    await this.#must(create!);
    let tree: Tree = new Map();
    await this.#must(read!, async (chunks) => void (tree = await readTree(chunks)));
    await this.#must(remove!);
    this.#containers.delete(name);
    return tree;
  }

  async run(tag: string, request: RunRequest): Promise<Run> {
    const { engine, build } = this.options;
    const name = this.#newName();
    const command = request.smoke === undefined ? undefined : smokeWords(request.smoke);
    const what = request.smoke ?? 'command';
    const started = Date.now();
    this.options.progress(`run ${request.label}`, undefined);
    const program = runner(engine.name);
    try {
      const created = await this.#call(
        createCommand(engine.name, { image: tag, name, platform: build.platform, command }),
      );
      if (created.code !== 0)
        return { what, exitCode: undefined, stdout: '', stderr: '', problem: short(created.stderr), answers: [] };
      const start = await this.#call([program, 'start', name]);
      if (start.code !== 0)
        return { what, exitCode: undefined, stdout: '', stderr: '', problem: short(start.stderr), answers: [] };
      const exitCode = await this.#exitCode(name, started + request.timeout * 1000);
      const { stdout, stderr } = await this.#call([program, 'logs', name]);
      return { what, exitCode, stdout, stderr, answers: [] };
    } finally {
      await this.#removeContainer(name);
      this.options.progress(`run ${request.label}`, (Date.now() - started) / 1000);
    }
  }

  /** Undefined when the container still runs at the deadline. */
  async #exitCode(name: string, deadline: number): Promise<number | undefined> {
    for (;;) {
      const { stdout } = await this.#must([
        runner(this.options.engine.name),
        'inspect',
        '--format',
        '{{.State.Status}} {{.State.ExitCode}}',
        name,
      ]);
      const [status, code] = stdout.trim().split(' ');
      if (status === 'exited' || status === 'dead' || status === 'stopped') return Number(code);
      if (Date.now() > deadline) return undefined;
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  touch(kind: 'source' | 'manifest'): Promise<{ readonly path: string } | { readonly why: string }> {
    try {
      const copy = this.#copied();
      const path = fileToTouch(kind, copy.paths);
      if (path === undefined) return Promise.resolve({ why: `the build context holds no ${kind} that is known` });
      copy.append(path, '\n');
      return Promise.resolve({ path });
    } catch (error) {
      if (error instanceof DfixError) return Promise.resolve({ why: error.message });
      throw error;
    }
  }

  #copied(): ContextCopy {
    if (this.#copy === undefined) {
      const { patterns } = parseDockerignore(this.#ignore ?? '');
      const ignored = ignoreTest(patterns);
      const to = join(this.#folder, 'context');
      this.#copy = copyContext(this.options.context, to, (path) => !ignored(path)) ?? {
        why: 'the build context is larger than 2 GiB',
      };
    }
    if ('why' in this.#copy) throw new DfixError('too-large', this.#copy.why);
    return this.#copy;
  }

  #newName(): string {
    const name = `dfix-verify-${this.id}-${this.#count++}`;
    this.#containers.add(name);
    return name;
  }

  async #step(label: string, command: readonly string[], timeout: number): Promise<{ ended: Ended; seconds: number }> {
    const started = performance.now();
    this.options.progress(label, undefined);
    const ended = await this.#call(command, timeout);
    const seconds = (performance.now() - started) / 1000;
    this.options.progress(label, seconds);
    return { ended, seconds };
  }

  #call(
    command: readonly string[],
    timeout = LIMIT,
    stream?: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
  ): Promise<Ended> {
    const { cwd, signal } = this.options;
    return runProcess(command, {
      cwd,
      signal,
      timeout,
      environment: { DOCKER_BUILDKIT: '1' },
      ...(stream === undefined ? {} : { stream }),
    });
  }

  async #must(
    command: readonly string[],
    stream?: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
  ): Promise<Ended> {
    const ended = await this.#call(command, LIMIT, stream);
    if (ended.code === 0) return ended;
    throw new DfixError('engine', `${command.slice(0, 3).join(' ')} failed: ${short(ended.stderr)}`);
  }

  async #removeContainer(name: string): Promise<void> {
    if (await this.#remove([runner(this.options.engine.name), 'rm', '-f', '-v', name])) this.#containers.delete(name);
  }

  /** Goes on after an interruption: this is what cleans up after one. */
  async #remove(command: readonly string[]): Promise<boolean> {
    try {
      const { code, stderr } = await runProcess(command, { cwd: this.options.cwd, timeout: LIMIT });
      return code === 0 || /no such|not found|unknown/i.test(stderr);
    } catch {
      return false;
    }
  }

  async close(): Promise<readonly string[]> {
    const program = runner(this.options.engine.name);
    const left: string[] = [];
    for (const name of this.#containers) if (!(await this.#remove([program, 'rm', '-f', '-v', name]))) left.push(name);
    for (const tag of this.#tags) if (!(await this.#remove([program, 'image', 'rm', '-f', tag]))) left.push(tag);
    await this.#dropCaches();
    rmSync(this.#folder, { recursive: true, force: true });
    return left;
  }

  /** The cache mounts of this run; what else the builds left in the build cache is the engine's to clear. */
  async #dropCaches(): Promise<void> {
    if (this.options.engine.name !== 'buildx') return;
    const { builder } = this.options.build;
    const own = builder === undefined ? [] : [`--builder=${builder}`];
    const { cwd } = this.options;
    try {
      const { stdout } = await runProcess(['docker', 'buildx', 'du', '--verbose', ...own], { cwd, timeout: LIMIT });
      for (const record of stdout.split(/\n\s*\n/)) {
        const id = /^ID:\s+(\S+)/m.exec(record)?.[1];
        if (id === undefined || !record.includes(`dfix-verify-${this.id}-`)) continue;
        if (!/exec\.cachemount/.test(record)) continue;
        await runProcess(['docker', 'buildx', 'prune', '-f', `--filter=id=${id}`, ...own], { cwd, timeout: LIMIT });
      }
    } catch {
      // The engine is gone; its cache goes stale by itself.
    }
  }
}

function short(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ').slice(0, 400);
}
