import { type Instruction, mountsOf } from '../../src/dockerfile/index.js';
import { type CommandPlace, type Facts, homeOf, isWithin, resolvePath, type State } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import {
  type Invocation,
  literalCommand,
  readInvocation,
  type ShellCommand,
  type ShellScript,
  valueOf,
} from '../../src/shell/index.js';
import { type CopiedFiles, directoryOf, nameOf, usesOf } from './commands.js';
import { managerOf } from './managers/index.js';
import { imagePaths, withOptionFiles } from './image-paths.js';
import type { Download, Needs, Question } from './managers/types.js';
import { namedElsewhere } from './named-elsewhere.js';
import { commandsOf, type Placed } from './placed-commands.js';

/** What the scan of a stage knows when it comes to a RUN. */
export interface World {
  readonly facts: Facts;
  readonly project: ProjectFacts;
  /** Image path to context path of all that COPYs of the stage have brought so far. */
  readonly present: ReadonlyMap<string, string>;
  /** Image paths that may yet be copied later. */
  readonly open: readonly CopiedFiles[];
  readonly ignored: (contextPath: string) => boolean;
  /** The base image's reference. */
  readonly image: string | undefined;
  /** Copied files that stand where programs look for what they load: any command may use them. */
  readonly system: readonly string[];
}

/** An install in a RUN, with the image paths that it reads. */
export interface Install {
  readonly needs: Needs;
  readonly command: ShellCommand;
}

/** What a RUN, or the part of it before the first command that needs the source, does. */
export interface RunScan {
  /** Image paths that it reads of what is copied. */
  readonly needed: ReadonlySet<string>;
  /** Those of them that it changes. */
  readonly changed: ReadonlySet<string>;
  /** Commands that make a wrapper script (mvnw, gradlew) executable: a step that uses it must repeat them. */
  readonly prelude: readonly string[];
  /** Folders that it goes to. */
  readonly entered: readonly string[];
  readonly installs: readonly Install[];
  /** The first command that must come after the source; undefined when there is none. */
  readonly blocked: Blocked | undefined;
  readonly script: ShellScript | undefined;
}

export interface Blocked {
  readonly reason: string;
  /** Undefined when nothing of the RUN is understood, or it stands in a script inside the script. */
  readonly command: ShellCommand | undefined;
  /** True when an install itself is what must come after the source. */
  readonly install: boolean;
  readonly download: Download | string | undefined;
  readonly cwd: string | undefined;
}

/** Looks at the commands of a RUN in order, up to the first that needs more of the source than can be named. */
export function scanRun(world: World, instruction: Instruction): RunScan {
  const { facts } = world;
  const state = facts.before(instruction)!;
  const body = facts.body(instruction);
  const nothing = {
    needed: new Set<string>(),
    changed: new Set<string>(),
    prelude: [],
    entered: [],
    installs: [],
    script: undefined,
  };
  const stop = (reason: string): RunScan => ({
    ...nothing,
    blocked: { reason, command: undefined, install: false, download: undefined, cwd: undefined },
  });
  if (body.kind === 'opaque') return stop(body.why);
  if (body.kind === 'none') return { ...nothing, blocked: undefined };
  for (const { type, target } of mountsOf(instruction)) {
    if (type !== 'bind' || target === undefined) continue;
    const path = resolvePath(target, { cwd: state.workdir, home: homeOf(state) });
    const hit = world.open.flatMap(({ paths }) => paths).find((file) => path === undefined || isWithin(file, path));
    if (hit !== undefined) return stop(`a mount lies over ${hit}`);
  }
  const stageText = facts.file.text.slice(facts.file.stageOf(instruction)!.from.span.start, instruction.span.end);
  if (body.kind === 'exec' && body.script === undefined) {
    const command = literalCommand(body.words);
    const place: CommandPlace = { cwd: state.workdir, home: homeOf(state), lookup: () => undefined };
    return walk(world, [{ command, place, outer: command }], state, undefined, stageText);
  }
  const script = body.script!;
  return walk(world, commandsOf(script, state), state, body.kind === 'script' ? script : undefined, stageText);
}

function walk(
  world: World,
  commands: readonly Placed[],
  state: State,
  script: ShellScript | undefined,
  stageText: string,
): RunScan {
  const needed = new Set<string>(world.system);
  const changed = new Set<string>();
  const prelude: string[] = [];
  const entered: string[] = [];
  const installs: Install[] = [];
  for (const { command, place, outer } of commands) {
    const invocation = readInvocation(command);
    const cwd = directoryOf(invocation, place);
    const block = (reason: string, install: boolean, download?: Download | string): RunScan => {
      return {
        needed,
        changed,
        prelude,
        entered,
        installs,
        script,
        blocked: { reason, command: outer, install, download, cwd },
      };
    };
    if (/^(?:cd|pushd)$/.test(invocation.tool ?? '')) {
      const word = command.words[1];
      const to = word === undefined ? place.home : valueOf(word, place.lookup);
      const path = to === undefined ? undefined : resolvePath(to, place);
      if (path === undefined) return block(`it goes to a folder that is not known`, false);
      entered.push(path);
      continue;
    }
    const wrapper = wrapperMadeExecutable(world, invocation, place);
    if (wrapper !== undefined) {
      needed.add(wrapper);
      changed.add(wrapper);
      prelude.push(command.words.map(({ text }) => text).join(' '));
      continue;
    }
    const manager = managerOf(invocation.tool);
    const question: Question | undefined =
      manager === undefined || cwd === undefined
        ? undefined
        : {
            invocation,
            place,
            state,
            project: world.project,
            cwd,
            source: (path) => world.present.get(path),
            isCopied: (path) => world.open.some(({ folders }) => folders.some((to) => isWithin(path, to))),
            image: world.image,
            ignored: world.ignored,
            stageText,
          };
    const named = question === undefined ? [] : namedElsewhere(question, world.present);
    const answer = withOptionFiles(question, question === undefined ? undefined : manager!.install(question));
    const download = (): Download | string | undefined => {
      const step = question === undefined ? undefined : withOptionFiles(question, manager!.download?.(question));
      if (typeof step !== 'object' || named.length === 0) return step;
      return typeof named === 'string' ? named : { ...step, images: [...(step.images ?? []), ...named] };
    };
    if (typeof answer === 'string') return block(answer, true, download());
    if (answer === undefined) {
      const other = usesOf(invocation, place, world.open);
      if (typeof other === 'string') return block(other, false, download());
      for (const path of other.needed) needed.add(path);
      for (const path of other.changed) changed.add(path);
      continue;
    }
    if (typeof named === 'string') return block(named, true);
    const redirect = command.redirects.find(
      ({ target, operator }) => !operator.includes('&') && !/^\/(?:dev|tmp|var\/log)\//.test(target?.value ?? '/dev/'),
    );
    if (redirect !== undefined) return block(`${nameOf(invocation)} is redirected to a file`, true);
    const paths = imagePaths(world.project.context, world.present, answer);
    if (typeof paths === 'string') return block(paths, true);
    for (const path of [...paths, ...(answer.images ?? []), ...named]) needed.add(path);
    if (cwd !== state.workdir) entered.push(cwd!);
    if (answer.paths.length + (answer.images?.length ?? 0) > 0 || answer.ownFolder !== undefined)
      installs.push({ needs: answer, command: outer });
  }
  return { needed, changed, prelude, entered, installs, script, blocked: undefined };
}

/** The wrapper script that a `chmod` is about, by its path in the image. */
function wrapperMadeExecutable(world: World, { tool, args }: Invocation, place: CommandPlace): string | undefined {
  const [mode, file, more] = args;
  if (tool !== 'chmod' || more !== undefined || !/^(?:[ugoa]*\+r?x|[0-7]{3,4})$/.test(mode?.value ?? ''))
    return undefined;
  const path = file?.value === undefined ? undefined : resolvePath(file.value, place);
  return path !== undefined && /\/(?:mvnw|gradlew)$/.test(path) && world.present.has(path) ? path : undefined;
}
