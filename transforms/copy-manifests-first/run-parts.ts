import type { Span } from '../../src/dockerfile/index.js';
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

/** The commands of a list whose effect on the shell the rest needs too; a reason where one cannot simply be repeated. */
export function carriedOver(nodes: readonly ShellNode[]): readonly ShellNode[] | string {
  const carried: ShellNode[] = [];
  for (const node of nodes) {
    if (node.type !== 'command') continue;
    const name = node.words[0]?.value ?? '';
    if (node.words.length === 0) {
      if (node.assignments.some(({ value }) => value !== undefined && value.value === undefined))
        return 'a variable is computed';
      carried.push(node);
    } else if (name === 'cd' || name === 'set') carried.push(node);
    else if (name === 'export' && node.words.slice(1).every(({ value }) => value !== undefined)) carried.push(node);
    else if (STATEFUL.test(name)) return `${name} holds for the rest of it`;
  }
  return carried;
}

/** A clean-up among commands that leave the layer of the install, as a reason. */
export function cleanerIn(script: ShellScript, nodes: readonly ShellNode[]): string | undefined {
  const [cleaner] = cleanersIn(script, nodes);
  const words = cleaner?.words.slice(0, 2).map(({ text }) => text);
  return words === undefined ? undefined : `${words.join(' ')} would no longer clean up in the layer of the install`;
}

function cleanersIn(script: ShellScript, nodes: readonly ShellNode[]): readonly ShellCommand[] {
  return nodes.flatMap((node) => commandsIn(script, node)).filter(cleans);
}

/** What empties a package manager's cache and can be said twice. */
const CACHE_CLEANER =
  /^(?:npm cache clean(?: --force)?|yarn cache clean(?: --all)?|pip[\d.]* cache purge|composer (?:clear-cache|clearcache))$/;

/** The one clean-up among commands that leave the layer of the install, where it can be said there too; undefined where it cannot. */
export function repeatedCleaner(script: ShellScript, nodes: readonly ShellNode[]): string | undefined {
  const [cleaner, ...others] = cleanersIn(script, nodes);
  const text = cleaner?.words.map((word) => word.text).join(' ') ?? '';
  return others.length === 0 && CACHE_CLEANER.test(text) && !cleaner!.conditional ? text : undefined;
}

interface List {
  readonly items: readonly ShellNode[];
  readonly operators: readonly string[];
}

/** The commands of a script one after another, lists inside lists opened. */
export function flatten(body: ShellSequence): List {
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

export function joinerAfter(list: List, node: ShellNode): string {
  const operator = list.operators[list.items.indexOf(node)] ?? '&&';
  return operator === '&&' ? ' && ' : '; ';
}

export function contains(script: ShellScript, node: ShellNode, command: ShellCommand): boolean {
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

export function setsErrexit(node: ShellNode): boolean {
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
