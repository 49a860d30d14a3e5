import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DfixError } from '../../errors.js';
import { buildCommand, type BuildOptions, exportCommands, historyCommand } from '../../verify/commands.js';
import { readConfig } from '../../verify/config.js';
import { readLayers } from '../../verify/layers.js';
import type { BuildRequest, RunRequest, Workbench } from '../../verify/port.js';
import { failureText, imageReader, readSteps, stepReader } from '../../verify/progress.js';
import { fileToTouch } from '../../verify/touch.js';
import { withoutSecrets } from '../../verify/secrets.js';
import { readTree } from '../../verify/tree.js';
import type { Build, Image, Run, Step, Tree } from '../../verify/types.js';
import { runContainer } from './container.js';
import { type ContextCopy, copyContext } from './context-copy.js';
import type { Engine } from './find.js';
import { Probe } from './probe.js';
import { Session } from './session.js';

interface WorkbenchOptions {
  readonly engine: Engine;
  /** Where paths in options such as `--secret` start. */
  readonly cwd: string;
  readonly context: string;
  readonly build: BuildOptions;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Is told what goes on. */
export interface Progress {
  /** Something long begins; the one before has ended. */
  start(label: string): void;
  /** A step of a build begins or has ended. */
  step(step: Step, ended: boolean): void;
  /** What was begun has ended. */
  end(): void;
}

/** How long one build may take, milliseconds. */
const BUILD_LIMIT = 60 * 60 * 1000;
/** Larger images are not compared, bytes. */
const MOST_BYTES = 50_000_000_000;

/** A workbench on a real engine; `close` removes all that it made. */
export interface EngineWorkbench extends Workbench {
  readonly id: string;
  /** @returns names of what could not be removed */
  close(): Promise<readonly string[]>;
}

export function openWorkbench(options: WorkbenchOptions): EngineWorkbench {
  return new Bench(options);
}

class Bench implements EngineWorkbench {
  readonly id: string;
  readonly #session: Session;
  readonly #probe: Probe;
  readonly #folder = mkdtempSync(join(tmpdir(), 'dfix-verify-'));
  #builds = 0;
  #copy: ContextCopy | { readonly why: string } | undefined;
  #ignore: string | undefined;

  constructor(readonly options: WorkbenchOptions) {
    this.#session = new Session(options.engine.name, options.cwd, options.signal);
    this.#probe = new Probe(this.#session);
    this.id = this.#session.id;
  }

  async build(request: BuildRequest): Promise<Build> {
    const folder = join(this.#folder, String(this.#builds++));
    const dockerfile = join(folder, 'Dockerfile');
    mkdirSync(folder);
    writeFileSync(dockerfile, request.dockerfile);
    // Always there: it keeps the engine from reading the one of the context.
    const ignoreFile = `${dockerfile}.dockerignore`;
    writeFileSync(ignoreFile, request.ignore ?? '');
    // The first build is the original's: it sees all that any other one does.
    if (this.#builds === 1) this.#ignore = request.ignore;
    const tag = this.#session.newTag();
    const context = request.context === 'own' ? this.options.context : this.#copied().root;
    const { engine, build } = this.options;
    const places = { dockerfile, ignoreFile, context, tag, noCache: request.noCache };
    const secret = Object.values(build.buildArgs);
    const masked = (step: Step): Step => ({ ...step, name: withoutSecrets(step.name, secret) });
    const { progress } = this.options;
    const [read, image] = [stepReader(), imageReader()];
    const line = (text: string): void => {
      const made = image(text);
      if (made !== undefined) this.#session.adopt(made);
      const event = read(text);
      if (event !== undefined) progress.step(masked(event.step), event.ended);
    };
    progress.start(`build ${request.label}`);
    const started = performance.now();
    const command = buildCommand(engine.name, { ...build, ...places });
    const ended = await this.#session.call(command, { timeout: BUILD_LIMIT, line });
    const seconds = (performance.now() - started) / 1000;
    progress.end();
    const log = ended.stderr + ended.stdout;
    return {
      tag,
      ok: ended.code === 0,
      seconds,
      steps: readSteps(log).map(masked),
      failure: withoutSecrets(failureOf(ended, log), secret),
    };
  }

  async image(tag: string): Promise<Image> {
    const { stdout } = await this.#session.must([this.#session.program, 'image', 'inspect', tag]);
    const [inspected] = JSON.parse(stdout) as readonly {
      readonly Size?: number;
      readonly RootFS?: { readonly Layers?: readonly string[] };
    }[];
    const size = inspected?.Size ?? 0;
    if (size > MOST_BYTES) throw new DfixError('too-large', 'the image is larger than 50 GB: it is not compared');
    this.options.progress.start('read the files of the image');
    const tree = await this.#tree(tag);
    const history = await this.#session.call(historyCommand(this.options.engine.name, tag));
    this.options.progress.end();
    return {
      config: readConfig(inspected),
      tree,
      size,
      layers: inspected?.RootFS?.Layers?.length ?? 0,
      layerSizes: readLayers(history.code === 0 ? history.stdout : '', Object.values(this.options.build.buildArgs)),
    };
  }

  async #tree(tag: string): Promise<Tree> {
    const name = this.#session.newContainer();
    const [create, read] = exportCommands(this.options.engine.name, tag, name);
    await this.#session.must(create!);
    let tree: Tree = new Map();
    await this.#session.must(read!, { stream: async (chunks) => void (tree = await readTree(chunks)) });
    await this.#session.removeContainer(name);
    return tree;
  }

  async run(tag: string, request: RunRequest): Promise<Run> {
    const { progress } = this.options;
    const { platform } = this.options.build;
    progress.start(`run ${request.label}`);
    const run = await runContainer(this.#session, this.#probe, tag, { ...request, platform });
    progress.end();
    return run;
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
      const to = join(this.#folder, 'context');
      mkdirSync(to);
      this.#copy = copyContext(this.options.context, to, this.#ignore) ?? {
        why: 'the build context is larger than 2 GiB',
      };
    }
    if ('why' in this.#copy) throw new DfixError('too-large', this.#copy.why);
    return this.#copy;
  }

  async close(): Promise<readonly string[]> {
    const left = await this.#session.close(this.options.build.builder);
    rmSync(this.#folder, { recursive: true, force: true });
    return left;
  }
}

function failureOf({ code, timedOut }: { readonly code: number; readonly timedOut: boolean }, log: string): string {
  if (timedOut) return `it took longer than ${BUILD_LIMIT / 60_000} minutes`;
  return code === 0 ? '' : failureText(log);
}
