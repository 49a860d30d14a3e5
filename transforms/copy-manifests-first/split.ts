import { type Dockerfile, type Edit, type Span, toSource } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import {
  type Body,
  readInvocation,
  type ShellCommand,
  type ShellNode,
  type ShellScript,
  type ShellSequence,
} from '../../src/shell/index.js';
import type { Plan } from './plan.js';

/** Every command of a body in order; undefined for one that is not understood. */
export function scriptCommands(body: Body): readonly ShellCommand[] | undefined {
  return body.kind === 'script'
    ? body.script.commands
    : body.kind === 'exec'
      ? (body.script?.commands ?? [])
      : undefined;
}

/** Built-ins that change what later commands find, and cannot simply be repeated. */
const STATEFUL =
  /^(?:umask|ulimit|shopt|trap|alias|source|\.|eval|exec|pushd|popd|read|unset|export|readonly|local|declare|shift|return|exit)$/;
/** Commands whose place in the layer of an install decides how large the image is. */
const CLEANERS = /^(?:rm|rmdir|find|chown|chmod|strip|apt-get|apt|apk|yum|dnf|microdnf|zypper|unlink|truncate)$/;
const CLEANING = /^(?:npm|yarn|pnpm|bun|pip[\d.]*|uv|poetry|composer|bundle|gem|go|dotnet)$/;
const CLEANING_USE = /\b(?:clean|prune|purge|clear|locals)\b/;

/** Cuts a RUN in two, with the COPYs between: what comes before a command, and the rest in a RUN of its own. */
export function splitAt(
  file: Dockerfile,
  facts: Facts,
  plan: Plan,
  between: string,
  joint: string,
): Edit | { readonly reason: string } {
  const { scan, blocked } = plan.split!;
  const instruction = plan.after;
  const refuse = (why: string) => ({ reason: `install and build share a RUN that cannot be taken apart: ${why}` });
  if (scan.script === undefined || blocked.command === undefined) return refuse('it is no plain shell text');
  if (instruction.heredocs.length > 0) return refuse('it is a here-document');
  const list = flatten(scan.script);
  const cut = list.items.findIndex(
    (node) => node === blocked.command || contains(scan.script!, node, blocked.command!),
  );
  if (cut <= 0) return refuse('the install is part of a compound command');
  const body = facts.body(instruction);
  const stops = (body.kind === 'script' && body.errexit) || setsErrexit(list.items[0]!);
  const joints = list.operators;
  if (joints.some((text) => text === '||' || text === '&')) return refuse('commands are joined by || or &');
  if (!stops && joints.slice(0, cut).some((text) => text !== '&&')) return refuse('it goes on after a failure');
  const carried: ShellNode[] = [];
  for (const node of list.items.slice(0, cut)) {
    const words = node.type === 'command' ? node.words : [];
    const name = words[0]?.value ?? '';
    if (node.type !== 'command') continue;
    if (words.length === 0) {
      if (node.assignments.some(({ value }) => value !== undefined && value.value === undefined))
        return refuse('a variable is computed');
      carried.push(node);
    } else if (name === 'cd' || name === 'set') carried.push(node);
    else if (name === 'export' && words.slice(1).every(({ value }) => value !== undefined)) carried.push(node);
    else if (STATEFUL.test(name)) return refuse(`${name} holds for the rest of it`);
  }
  const rest = list.items.slice(cut);
  if (isShipped(facts, plan)) {
    const cleaner = rest.flatMap((node) => commandsIn(scan.script!, node)).find(cleans);
    if (cleaner !== undefined)
      return {
        reason: `${cleaner.words
          .slice(0, 2)
          .map(({ text }) => text)
          .join(' ')} would no longer clean up in the layer of the install`,
      };
  }
  const { source } = scan.script;
  const end = toSource(source, list.items[cut - 1]!.span.end - 1) + 1;
  const start = toSource(source, list.items[cut]!.span.start);
  const flags = instruction.flags
    .map(({ span }) => `${instruction.logical.text.slice(span.start, span.end)} `)
    .join('');
  const prefix = carried
    .map((node) => source.text.slice(node.span.start, node.span.end) + joinerAfter(list, node))
    .join('');
  const comments = file.comments
    .filter(({ span }) => span.start >= end && span.end <= start)
    .map(({ span }) => file.slice(span).trim() + file.eol)
    .join('');
  const keyword = file.slice(instruction.span).startsWith('run') ? 'run' : 'RUN';
  return {
    span: { start: end, end: start },
    text: `${joint}${between}${joint}${comments}${keyword} ${flags}${prefix}`,
  };
}

interface List {
  readonly items: readonly ShellNode[];
  readonly operators: readonly string[];
}

/** The commands of a script one after another, lists inside lists opened. */
function flatten({ body }: ShellScript): List {
  const items: ShellNode[] = [];
  const operators: string[] = [];
  const visit = (sequence: ShellSequence): void => {
    for (const [index, node] of sequence.items.entries()) {
      if (node.type === 'sequence') visit(node);
      else items.push(node);
      const operator = sequence.operators[index];
      if (operator !== undefined && index < sequence.items.length - 1) operators.push(operator.text);
    }
  };
  visit(body);
  return { items, operators };
}

function joinerAfter(list: List, node: ShellNode): string {
  const operator = list.operators[list.items.indexOf(node)] ?? '&&';
  return operator === '&&' ? ' && ' : '; ';
}

function contains(script: ShellScript, node: ShellNode, command: ShellCommand): boolean {
  for (let at: ShellNode | undefined = command; at !== undefined; at = script.parents.get(at))
    if (at === node) return true;
  return within(command.span, node.span);
}

function within(a: Span, b: Span): boolean {
  return a.start >= b.start && a.end <= b.end;
}

function commandsIn(script: ShellScript, node: ShellNode): readonly ShellCommand[] {
  return script.commands.filter(({ span }) => within(span, node.span));
}

function setsErrexit(node: ShellNode): boolean {
  return (
    node.type === 'command' &&
    node.words[0]?.value === 'set' &&
    node.words.slice(1).some(({ value }) => value === 'errexit' || /^-[a-z]*e/.test(value ?? ''))
  );
}

function cleans(command: ShellCommand): boolean {
  const { tool, subcommand, options } = readInvocation(command);
  if (/^(?:npm|yarn|pnpm)$/.test(tool ?? '') && options.some(({ name }) => /^--(?:prod|production|omit)$/.test(name)))
    return true;
  if (CLEANERS.test(tool ?? '')) return !/^(?:install|update|add)$/.test(subcommand);
  return (
    CLEANING.test(tool ?? '') &&
    CLEANING_USE.test(
      `${subcommand} ${command.words
        .slice(1, 3)
        .map(({ text }) => text)
        .join(' ')}`,
    )
  );
}

/** Whether the layers of a plan's stage are in an image that somebody gets: unless another stage only copies from it. */
export function isShipped(facts: Facts, { after }: Pick<Plan, 'after'>): boolean {
  const { file } = facts;
  const stage = file.stageOf(after)!;
  const heirs = facts.heirs(stage);
  if (heirs.some(({ index }) => index === file.stages.length - 1)) return true;
  const names = new Set(heirs.flatMap(({ name, index }) => [String(index), ...(name === undefined ? [] : [name])]));
  const used = (value: string | undefined): boolean => value !== undefined && names.has(value.toLowerCase());
  return !file.instructions.some(({ flags }) =>
    flags.some(({ name, value }) =>
      name === 'from' ? used(value) : name === 'mount' && used(/(?:^|,)from=([^,]*)/.exec(value ?? '')?.[1]),
    ),
  );
}
