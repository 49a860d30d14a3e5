import { argumentText, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { commandEffects, effectsOf, type Facts, globsMeet, isWithin, placesIn } from '../../src/facts/index.js';
import { readInvocation } from '../../src/shell/index.js';
import { isSystem } from './commands.js';
import type { ContextCopy } from './copies.js';
import { managerOf } from './managers/index.js';
import type { Download, Manager } from './managers/types.js';

/** Instructions that change nothing that a COPY of context files depends on, or that depends on it. */
export function isNeutral({ keyword }: Instruction): boolean {
  return /^(?:ENV|ARG|USER|WORKDIR|LABEL|EXPOSE|CMD|ENTRYPOINT|HEALTHCHECK|STOPSIGNAL|ONBUILD|SHELL|MAINTAINER)$/.test(
    keyword,
  );
}

/** Whether an ENV or ARG may change what the words of a COPY further up mean. */
export function changesWords({ keyword }: Instruction, copies: readonly ContextCopy[]): boolean {
  return (
    /^(?:ENV|ARG)$/.test(keyword) &&
    copies.some(
      ({ instruction }) =>
        argumentText(instruction).includes('$') || instruction.flags.some(({ value }) => value?.includes('$') === true),
    )
  );
}

/** Where a COPY or ADD of another source writes; undefined when that is not known. */
export function targetOf(facts: Facts, instruction: Instruction): string | undefined {
  const [glob] = effectsOf(facts, instruction).writes;
  return glob === undefined || glob === '/**' ? undefined : glob.replace(/\/\*\*$/, '');
}

/** Whether a step that downloads the same stands further up, in this stage or in one that it starts from, or a mount keeps it. */
export function downloaded(facts: Facts, stage: Stage, at: Instruction, { done, mounted }: Download): boolean {
  if (
    at.flags.some(({ name, value }) => name === 'mount' && /type=cache/.test(value ?? '') && mounted.test(value ?? ''))
  )
    return true;
  let from: Stage | undefined = stage;
  while (from !== undefined) {
    const earlier = from.instructions.filter(({ keyword, index }) => keyword === 'RUN' && index < at.index);
    if (earlier.some(({ logical }) => done.test(logical.text.replace(/\s+/g, ' ')))) return true;
    from = from.parent === undefined ? undefined : facts.file.stages[from.parent];
  }
  return false;
}

/** Whether a RUN further up in the stage has the manager of this one do something: then it has downloaded already. */
export function worksBefore(facts: Facts, stage: Stage, at: Instruction): boolean {
  const managersIn = (instruction: Instruction): readonly Manager[] => {
    const body = facts.body(instruction);
    const commands = body.kind === 'script' ? body.script.commands : [];
    return commands.flatMap((command) => managerOf(readInvocation(command).tool) ?? []);
  };
  const own = managersIn(at);
  const earlier = stage.instructions.filter(({ keyword, index }) => keyword === 'RUN' && index < at.index);
  return earlier.some((one) => managersIn(one).some((manager) => own.includes(manager)));
}

/**
 * Whether a step for a later RUN finds above a COPY what that RUN finds: the same state, no command between but such as
 * `allows` lets pass, and nothing copied to where programs look.
 */
export function staysInPlace(
  facts: Facts,
  copy: Instruction,
  run: Instruction,
  homes: ReadonlySet<string>,
  allows: (between: Instruction) => boolean = () => false,
  matters: (name: string) => boolean = (name) => DOWNLOADING.test(name),
): boolean {
  const [one, other] = [facts.before(copy)!, facts.before(run)!];
  const set = facts.file.instructions.slice(copy.index + 1, run.index).flatMap((between) => setBy(facts, between));
  const same = one.user === other.user && one.workdir === other.workdir && !set.some((name) => matters(name));
  return (
    same &&
    facts.file.instructions.slice(copy.index + 1, run.index).every((between) => {
      if (between.keyword === 'RUN') return allows(between);
      if (between.keyword !== 'COPY' && between.keyword !== 'ADD') return isNeutral(between);
      const target = targetOf(facts, between);
      return target !== undefined && !isSystem(target, homes);
    })
  );
}

/** Variables that a download goes by; others do not change what it fetches. */
const DOWNLOADING =
  /^(?:\*|PATH|HOME|USER|.*PROXY|SSL_.*|(?:GO|GIT|NPM|PIP|UV|POETRY|PIPENV|VIRTUAL_ENV|PYTHON|MAVEN|MVN|M2|GRADLE|JAVA|CARGO|RUST|NUGET|DOTNET|COMPOSER|BUNDLE|GEM|MIX|HEX|REBAR).*)$/i;

/** The variables that an ENV or ARG sets. */
function setBy(facts: Facts, instruction: Instruction): readonly string[] {
  return /^(?:ENV|ARG)$/.test(instruction.keyword) ? effectsOf(facts, instruction).writesEnvironment : [];
}

/** Programs that only handle files. */
export const FILE_TOOLS =
  /^(?:|cp|mv|mkdir|rm|rmdir|chmod|chown|ln|touch|echo|printf|sed|cat|ls|true|:|\[|test|cd|dos2unix|find)$/;

/** What a RUN writes that only handles files, as globs; undefined for one that does more or is not understood. */
export function fileWrites(facts: Facts, instruction: Instruction): readonly string[] | undefined {
  const body = facts.body(instruction);
  const state = facts.before(instruction)!;
  if (body.kind !== 'script' || instruction.flags.length > 0) return undefined;
  const places = placesIn(body.script, state);
  const writes: string[] = [];
  for (const command of body.script.commands) {
    const invocation = readInvocation(command);
    const effects = commandEffects(invocation, places.get(command)!);
    if (!FILE_TOOLS.test(invocation.tool ?? 'unknown') || effects.opaque !== undefined) return undefined;
    writes.push(...effects.writes, ...effects.removes);
  }
  return writes;
}

/**
 * Whether anything between two instructions brings other files than those that are known of the build context, and not
 * just among the source: from a stage, an address, an archive, a here-document.
 */
export function bringsElsewhere(
  facts: Facts,
  copies: readonly ContextCopy[],
  copy: Instruction,
  run: Instruction,
  folders: readonly string[],
  kept: readonly string[],
): boolean {
  return facts.file.instructions
    .slice(copy.index, run.index)
    .filter((one) => /^(?:COPY|ADD)$/.test(one.keyword) && !copies.some(({ instruction }) => instruction === one))
    .some((instruction) => {
      const target = targetOf(facts, instruction);
      const among = target !== undefined && folders.some((to) => isWithin(target, to) && target !== to);
      return !among || kept.some((path) => globsMeet(target, path) || maySet(target, path));
    });
}

/** Whether a path may be one of settings that go with a file: hidden, or a file by its name, in the same folder. */
function maySet(path: string, file: string): boolean {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return path.startsWith(folder) && /^(?:\.|[^/.]+\.[^/]*$|[A-Z][^/]*$)/.test(path.slice(folder.length));
}
