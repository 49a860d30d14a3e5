import type { Dockerfile } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { readInvocation, type ShellCommand } from '../../src/shell/index.js';
import type { Plan } from './plan.js';
import { scriptCommands } from './run-parts.js';

/** What may run before a build in its RUN without a meaning for the download. */
const HARMLESS =
  /^(?:cd|echo|printf|mkdir|true|:|ls|pwd|set|date|cat|\[|\[\[|test)(?: |$)|^[\w./-]+ (?:version|--version|-version|-v|-V|--info)$|^go env(?: [A-Z]\w*)*$/;
/** Variables before a build that a download goes by as well. */
const INLINE =
  /^(?:GOPROXY|GOPRIVATE|GONOSUM\w*|GONOPROXY|GOFLAGS|GOSUMDB|GOINSECURE|GOTOOLCHAIN|GIT_\w+|CARGO_\w+|MAVEN_\w+|NUGET_\w+|COMPOSER_\w+|UV_\w+|POETRY_\w+)$/;

/** A command before the one that downloads, in its RUN, which may matter to the download. */
export function oddBefore(
  facts: Facts,
  { step: { tool }, before, own, prelude }: Omit<NonNullable<Plan['download']>, 'inPlace'>,
): ShellCommand | undefined {
  const commands = scriptCommands(facts.body(before)) ?? [];
  const last = own !== undefined && commands.includes(own) ? own : ownCommand(commands, tool);
  const earlier = last === undefined ? [] : commands.slice(0, commands.indexOf(last));
  const said = (command: ShellCommand): string => command.words.map(({ text }) => text).join(' ');
  return earlier.find((command) => !HARMLESS.test(said(command)) && !prelude.includes(said(command)));
}

/** The step as a command, with the variables that stand before what it replaces; a reason where one is computed. */
export function downloadCommand(
  facts: Facts,
  { step, before, own }: NonNullable<Plan['download']>,
): string | { readonly reason: string } {
  const commands = scriptCommands(facts.body(before)) ?? [];
  const last = ownCommand(own === undefined ? [] : [own], step.tool) ?? ownCommand(commands, step.tool);
  const inline = (last?.assignments ?? []).filter(({ name }) => INLINE.test(name));
  if (inline.some(({ value }) => value !== undefined && value.value === undefined))
    return { reason: `${inline[0]!.name} is computed` };
  return inline.map(({ name, value }) => `${name}=${value?.text ?? ''} `).join('') + step.command;
}

/** The RUN line of a step that downloads ahead, or why it cannot be put before the source. */
export function downloadLine(
  file: Dockerfile,
  facts: Facts,
  { deferred }: Plan,
  download: NonNullable<Plan['download']>,
): string | { readonly reason: string } {
  const { step, before, inPlace, prelude } = download;
  const odd = oddBefore(facts, download);
  if (odd !== undefined)
    return { reason: `${odd.words[0]?.text ?? 'an assignment'} before it may matter to ${step.command}` };
  const command = downloadCommand(facts, download);
  if (typeof command === 'object') return command;
  const flags = before.flags
    .filter(({ name, value }) => name !== 'mount' || /(?:^|,)type=(?:secret|ssh)\b/.test(value ?? ''))
    .map(({ span }) => `${before.logical.text.slice(span.start, span.end)} `)
    .join('');
  const { workdir } = facts.before(inPlace ? deferred[0]!.instruction : before)!;
  const directory = step.directory === workdir ? '' : `cd ${step.directory} && `;
  const keyword = file.slice(before.span).startsWith('run') ? 'run' : 'RUN';
  return `${keyword} ${flags}${directory}${prelude.map((text) => `${text} && `).join('')}${command}`;
}

function ownCommand(commands: readonly ShellCommand[], tool: RegExp): ShellCommand | undefined {
  return commands.find((command) => command.words.length > 0 && tool.test(readInvocation(command).tool ?? ''));
}
