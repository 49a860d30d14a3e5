import { resolve } from 'node:path';
import { Dockerfile, DockerfileError, type Instruction } from '../dockerfile/index.js';
import { DfixError, printable } from '../errors.js';
import {
  type BuildInputs,
  effectsOf,
  type Facts,
  orderReason,
  readFacts,
  type State,
  type Variable,
} from '../facts/index.js';
import { readDockerfile } from '../ports/files.js';
import { type Body, readInvocation, type ShellCommand } from '../shell/index.js';
import type { ExitCode, Io } from './io.js';

interface ExplainFactsArguments {
  /** A Dockerfile, with `:LINE` for one instruction only. */
  readonly place: string;
  readonly json: boolean;
  readonly inputs: BuildInputs;
}

/**
 * `dfix explain --facts PATH[:LINE]`: what dfix holds true at each instruction, for those who write transforms or wonder
 * why one declined.
 * @throws DfixError for a file that cannot be read or a line without an instruction.
 */
export async function explainFacts({ place, json, inputs }: ExplainFactsArguments, io: Io): Promise<ExitCode> {
  const { path, line } = readPlace(place);
  const dockerfile = resolve(io.cwd, path);
  const { text } = readDockerfile(dockerfile);
  const facts = factsOf(text, path, inputs);
  const chosen = facts.file.instructions.filter(
    ({ lines }) => line === undefined || (lines.first <= line && line <= lines.last),
  );
  if (chosen.length === 0) throw new DfixError('usage', `line ${line} holds no instruction`, { file: path });
  const described = chosen.map((instruction) => describe(facts, instruction));
  const { describeProject } = await import('./explain-project.js');
  const project = line === undefined ? [{ project: await describeProject(facts, dockerfile) }] : [];
  io.stdout.write(
    json
      ? `${JSON.stringify([...described, ...project], undefined, 2)}\n`
      : [...described.map(asText), ...project.map((facts) => rowsOf('the folder of this file', facts))].join('\n'),
  );
  return 0;
}

function readPlace(place: string): { path: string; line: number | undefined } {
  const match = /^(.+):(\d+)$/s.exec(place);
  return match === null ? { path: place, line: undefined } : { path: match[1]!, line: Number(match[2]) };
}

function factsOf(text: string, path: string, inputs: BuildInputs): Facts {
  try {
    return readFacts(Dockerfile.parse(text), inputs);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    throw new DfixError('syntax', error.message, { file: path, position: error.position });
  }
}

/** What is printed of an instruction. */
function describe(facts: Facts, instruction: Instruction) {
  const state = facts.before(instruction);
  const stage = facts.file.stageOf(instruction);
  return {
    line: instruction.lines.first,
    instruction: facts.file.slice(instruction.span),
    ...(stage === undefined ? {} : { stage: stage.name ?? stage.index }),
    ...(state === undefined ? {} : { state: describeState(state) }),
    ...(runsSomething(instruction) ? { body: describeBody(facts.body(instruction)) } : {}),
    ...(stage?.from === instruction ? { triggers: facts.triggers(stage).map(triggerText) } : {}),
    ...(state === undefined || stage?.from === instruction
      ? {}
      : { effects: describeEffects(facts, instruction), order: describeOrder(facts, instruction) }),
  };
}

function triggerText({ logical, keywordSpan }: Instruction): string {
  return logical.text.slice(keywordSpan.start);
}

function describeEffects(facts: Facts, instruction: Instruction) {
  const effects = effectsOf(facts, instruction);
  const { reads, writes, readsEnvironment, writesEnvironment, readsState, writesState, network, context } = effects;
  const { opaque } = effects;
  return {
    opaque: opaque ?? false,
    reads: [...new Set(reads)],
    writes: [...new Set(writes)],
    readsEnvironment: [...new Set(readsEnvironment)],
    writesEnvironment,
    readsState,
    writesState,
    network,
    context,
  };
}

/** Whether an instruction commutes with each one above it in its stage, and why not. */
function describeOrder(facts: Facts, instruction: Instruction) {
  const above = facts.file
    .stageOf(instruction)!
    .instructions.filter(({ index, keyword }) => index < instruction.index && keyword !== 'FROM');
  return above.map((other) => {
    const reason = orderReason(facts, other, instruction);
    return { line: other.lines.first, commutes: reason === undefined, ...(reason === undefined ? {} : { reason }) };
  });
}

function runsSomething({ keyword, trigger }: Instruction): boolean {
  return ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(trigger?.keyword ?? keyword);
}

function describeState({ user, workdir, env, args, shell, image }: State) {
  return { user, workdir, env: variables(env), args: variables(args), shell, image };
}

function variables(map: ReadonlyMap<string, Variable>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...map].map(([name, { value, overridable }]) => [name, { value: value ?? null, overridable }]),
  );
}

function describeBody(body: Body) {
  if (body.kind === 'none') return { kind: body.kind };
  if (body.kind === 'opaque') return { kind: body.kind, why: body.why };
  const { script } = body;
  const commands = (script?.commands ?? []).map(describeCommand);
  return body.kind === 'exec'
    ? { kind: body.kind, words: body.words, commands }
    : { kind: body.kind, errexit: body.errexit, commands };
}

function describeCommand(command: ShellCommand) {
  const { tool, subcommand, options, operands, wrappers, user, model } = readInvocation(command);
  return {
    tool: tool ?? null,
    subcommand,
    options: options.map(({ name, value, known }) => ({ name, ...(value === undefined ? {} : { value }), known })),
    operands: operands.map(({ text }) => text),
    ...(wrappers.length === 0 ? {} : { wrappers }),
    ...(user === undefined ? {} : { user }),
    understood: model !== undefined,
    conditional: command.conditional,
    isolated: command.isolated,
  };
}

function asText({ line, instruction, ...facts }: ReturnType<typeof describe>): string {
  return rowsOf(`${line}: ${instruction.split(/\r?\n/, 1)[0]!}`, facts);
}

/** A head and, below it, one row for each fact: `state.user: "node"`. */
function rowsOf(head: string, facts: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(facts).flatMap(([name, value]) => {
    if (name === 'order') return orderRows(value as ReturnType<typeof describeOrder>);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([key, inner]) => `  ${name}.${key}: ${JSON.stringify(inner) ?? 'unknown'}`)
      : [`  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
  return [head, ...rows].map((row) => `${printable(row)}\n`).join('');
}

function orderRows(order: ReturnType<typeof describeOrder>): readonly string[] {
  return order.map(({ line, reason }) =>
    reason === undefined
      ? `  order: may change places with line ${line}`
      : `  order: may not change places with line ${line}: ${reason}`,
  );
}
