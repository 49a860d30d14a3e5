import type { Dockerfile } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { readInvocation, type ShellCommand } from '../../src/shell/index.js';
import type { Plan } from './plan.js';
import { scriptCommands } from './run-parts.js';

/** What may run before a build in its RUN without a meaning for the download. */
const HARMLESS = /^(?:cd|echo|printf|mkdir|true|:|ls|pwd|set|date|cat|\[|\[\[|test)$/;
/** Variables before a build that a download goes by as well. */
const INLINE =
  /^(?:GOPROXY|GOPRIVATE|GONOSUM\w*|GONOPROXY|GOFLAGS|GOSUMDB|GOINSECURE|GOTOOLCHAIN|GIT_\w+|CARGO_\w+|MAVEN_\w+|NUGET_\w+|COMPOSER_\w+|UV_\w+|POETRY_\w+)$/;

/** The RUN line of a step that downloads ahead, or why it cannot be put before the source. */
export function downloadLine(
  file: Dockerfile,
  facts: Facts,
  { deferred }: Plan,
  { step, before, inPlace, prelude }: NonNullable<Plan['download']>,
): string | { readonly reason: string } {
  const body = facts.body(before);
  const commands = scriptCommands(body);
  if (commands === undefined) return { reason: 'the download cannot be put before a RUN that is not understood' };
  const own = commands.find(
    (command) =>
      readInvocation(command).tool !== undefined && command.words.length > 0 && startsDownload(command, step.tool),
  );
  const earlier = own === undefined ? [] : commands.slice(0, commands.indexOf(own));
  const said = (command: ShellCommand): string => command.words.map(({ text }) => text).join(' ');
  const odd = earlier.find(
    (command) => !HARMLESS.test(command.words[0]?.value ?? '') && !prelude.includes(said(command)),
  );
  if (odd !== undefined)
    return { reason: `${odd.words[0]?.text ?? 'an assignment'} before it may matter to ${step.command}` };
  const inline = (own?.assignments ?? []).filter(({ name }) => INLINE.test(name));
  if (inline.some(({ value }) => value !== undefined && value.value === undefined))
    return { reason: `${inline[0]!.name} is computed` };
  const environment = inline.map(({ name, value }) => `${name}=${value?.text ?? ''} `).join('');
  const flags = before.flags
    .filter(({ name, value }) => name !== 'mount' || /(?:^|,)type=(?:secret|ssh)\b/.test(value ?? ''))
    .map(({ span }) => `${before.logical.text.slice(span.start, span.end)} `)
    .join('');
  const { workdir } = facts.before(inPlace ? deferred[0]!.instruction : before)!;
  const directory = step.directory === workdir ? '' : `cd ${step.directory} && `;
  const keyword = file.slice(before.span).startsWith('run') ? 'run' : 'RUN';
  return `${keyword} ${flags}${directory}${prelude.map((text) => `${text} && `).join('')}${environment}${step.command}`;
}

function startsDownload(command: ShellCommand, tool: RegExp): boolean {
  return tool.test(readInvocation(command).tool ?? '');
}
