import { officialBase } from '../../src/bases/index.js';
import { type Instruction, type Stage, toSource } from '../../src/dockerfile/index.js';
import { type Facts, placesIn, servicesIn } from '../../src/facts/index.js';
import { readCopiedFiles } from '../../src/runtime/index.js';
import { once } from '../../src/once.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { literalCommand, readInvocation, valueOf } from '../../src/shell/index.js';
import { type ContainerCommand, type Declined, declined, type Step, type Subject } from './types.js';

const NONE: ReadonlySet<string> = new Set();

/** What the stacks want to know of the stage that ships; what takes time is read when it is first asked for. */
export function readSubject(
  facts: Facts,
  stage: Stage,
  project: ProjectFacts | undefined,
  dockerfile: string | undefined,
  options: Subject['options'],
): Subject {
  const read = once(() =>
    stage.instructions.filter(({ keyword }) => keyword === 'RUN').map((run) => stepsOf(facts, run)),
  );
  const steps = once(() => read().flatMap((found) => ('reason' in found ? [] : found)));
  const command = once(() => readCommand(facts, stage));
  const copied = once(() => readCopiedFiles(facts, stage, project, dockerfile));
  const services = once(() => servicesIn(facts.file, [stage], project?.services(dockerfile) ?? []));
  return {
    facts,
    stage,
    base: officialBase(facts, stage),
    project,
    options,
    accounts: NONE,
    get steps() {
      return steps();
    },
    get opaque() {
      return read().find((found) => 'reason' in found);
    },
    get command() {
      return command();
    },
    get services() {
      return services();
    },
    get files() {
      return copied().files;
    },
    get filesComplete() {
      return copied().complete;
    },
  };
}

function stepsOf(facts: Facts, instruction: Instruction): readonly Step[] | Declined {
  const line = `RUN at line ${instruction.lines.first}`;
  const body = facts.body(instruction);
  if (body.kind === 'opaque') return declined(`${line} is not understood: ${body.why}`, instruction);
  const state = facts.before(instruction)!;
  const script = body.kind === 'none' ? undefined : body.script;
  const places = script === undefined ? undefined : placesIn(script, state);
  const commands = script?.commands ?? (body.kind === 'exec' ? [literalCommand(body.words)] : []);
  return commands.map((command): Step => {
    const invocation = readInvocation(command);
    const place = places?.get(command);
    const lookup = (name: string) => {
      const own = invocation.environment.find(([variable]) => variable === name);
      if (own !== undefined) return own[1] === undefined ? '' : valueOf(own[1], place?.lookup ?? (() => undefined));
      if (place !== undefined) return place.lookup(name);
      const found = state.env.get(name);
      return found?.overridable === false ? found.value : undefined;
    };
    return {
      instruction,
      invocation,
      start: body.kind === 'script' ? toSource(body.script.source, command.span.start) : undefined,
      end: body.kind === 'script' ? toSource(body.script.source, command.span.end - 1) + 1 : undefined,
      cwd: place === undefined ? state.workdir : place.cwd,
      state,
      variable: lookup,
      text: (word) => valueOf(word, lookup),
    };
  });
}

function readCommand(facts: Facts, stage: Stage): ContainerCommand {
  const last = (keyword: string) => stage.instructions.findLast((one) => one.keyword === keyword);
  const [entry, cmd, health] = [last('ENTRYPOINT'), last('CMD'), last('HEALTHCHECK')];
  const shellEntry = entry !== undefined && entry.json === undefined;
  const parts = [entry, shellEntry ? undefined : cmd].filter((one) => one !== undefined);
  const words: string[] = [];
  let plain = parts.length > 0;
  let single = false;
  for (const part of parts) {
    const body = facts.body(part);
    if (body.kind === 'exec' && body.script === undefined) words.push(...body.words);
    else if (body.kind === 'script' && body.script.commands.length === 1 && parts.length === 1) {
      const command = body.script.commands[0]!;
      const values = command.words.map(({ value }) => value).filter((value) => value !== undefined);
      const alone =
        command.span.start === body.script.body.span.start && command.span.end === body.script.body.span.end;
      const bare = command.assignments.length + command.redirects.length === 0 && alone;
      const expands = values.length < command.words.length;
      const texts = command.words.map(({ value, text }) => value ?? text).slice(values[0] === 'exec' ? 1 : 0);
      single = bare && !texts[0]!.includes('$');
      if (!bare || expands) plain = false;
      words.push(...(single ? texts : values.slice(values[0] === 'exec' ? 1 : 0)));
    } else plain = false;
  }
  const healthBody = health === undefined ? undefined : facts.body(health);
  const script = healthBody?.kind === 'script' ? healthBody.script : undefined;
  const check = script?.commands ?? (healthBody?.kind === 'exec' ? [literalCommand(healthBody.words)] : []);
  return {
    words,
    plain,
    single: plain || single,
    healthCheck: healthBody?.kind === 'opaque' ? undefined : check.map(readInvocation),
    at: entry ?? cmd,
    workdir: facts.atEnd(stage).workdir,
  };
}
