import { type Edit, toSource } from '../dockerfile/index.js';
import type { Facts, State } from '../facts/index.js';
import { appendCommand, insertFlags, prependCommand } from '../shell/insert.js';
import { removeCommands, removeWords } from '../shell/remove.js';
import { stopsAtFailure } from '../shell/stops-at-failure.js';
import type { ShellScript, ShellWord } from '../shell/index.js';
import { findCleanup } from './cleaners.js';
import type { Site } from './site.js';
import type { CacheManager, Wrapping } from './types.js';
import type { Run, Use } from './uses.js';

/** The parts of a rewrite of one RUN. */
interface SitePlan {
  /** None where the file's own mounts serve the site: then only what keeps them empty goes. */
  readonly mounts: readonly string[];
  readonly wrapping: Wrapping | undefined;
  /** Edits that the manager itself asks for (`apk add -U`), beyond what the table says. */
  readonly extra: readonly Edit[];
}

/** The edits that mount the caches of a site, or why they cannot be made. */
export function siteEdits(facts: Facts, manager: CacheManager, site: Site, plan: SitePlan): readonly Edit[] | string {
  const { run } = site;
  const { file } = facts;
  const cleanup = findCleanup(manager, run, site.folders);
  if (typeof cleanup === 'string') return cleanup;
  const disabling = site.uses.flatMap(({ invocation, script }) =>
    invocation.options
      .filter(({ name }) => manager.disablingOptions?.includes(name))
      .map((option) => ({ option, script })),
  );
  const edits: Edit[] = [...plan.extra];
  const environment = environmentOf(manager, site, plan);
  if (run.script === undefined) {
    if (environment.length > 0) return 'JSON form is not edited';
    if (disabling.length > 0) return `${disabling[0]!.option.name} would have to go, and JSON form is not edited`;
    if (plan.wrapping !== undefined || plan.extra.length > 0) return 'JSON form is not edited';
  } else {
    const { script } = run;
    if (
      (environment.length > 0 || disabling.length > 0 || plan.extra.length > 0) &&
      site.uses.some(({ verbatim }) => !verbatim)
    )
      return 'a command stands in quotes that are not edited';
    if (disabling.some(({ option }) => option.word.value !== option.name))
      return 'a no-cache option is written in a form that is not edited';
    const words = [...cleanup.words, ...disabling.map(({ option }) => option.word)];
    const replaced = new Set(plan.extra.map(({ span }) => span.start));
    const gone = words.filter((word) => !replaced.has(toSource(script.source, word.span.start)));
    edits.push(...removeWords(file, script, gone));
    for (const { invocation } of site.uses) {
      const missing = environment.filter(([name]) => !isSet(name, invocation, run.state) || name in site.inline);
      if (missing.length === 0) continue;
      const tool = programWord(invocation);
      if (tool === undefined) return `${invocation.wrappers.join(' ')} would not pass ${missing[0]![0]} on`;
      const start = toSource(script.source, tool.span.start);
      edits.push({ span: { start, end: start }, text: missing.map(([name, value]) => `${name}=${value} `).join('') });
    }
    const errexit = isStrict(facts, run);
    const removed = removeCommands(file, script, cleanup.commands, errexit, plan.wrapping?.after);
    if (typeof removed === 'string')
      return `a clean-up of the mounted ${manager.label} cache cannot be taken out: ${removed}`;
    edits.push(...removed.edits);
    if (plan.wrapping !== undefined && mayEndEarly(script)) return 'the RUN may end before its last command';
    if (plan.wrapping !== undefined) {
      if (plan.wrapping.before !== undefined)
        edits.push(prependCommand(file, run.instruction, script, plan.wrapping.before));
      if (!removed.ended) edits.push(appendCommand(file, run.instruction, script, plan.wrapping.after));
    }
  }
  const broken = plan.wrapping !== undefined;
  if (plan.mounts.length === 0 && !broken) return edits;
  const growth = edits.reduce((sum, { span, text }) => sum + text.length - (span.end - span.start), 0);
  const flags = insertFlags(file, run.instruction, plan.mounts, broken, growth);
  return flags.text === '' ? edits : [flags, ...edits];
}

/** What is set in front of each command; for mounts of the file's own only what turns the cache on. */
function environmentOf(
  manager: CacheManager,
  { inline }: Site,
  { mounts }: SitePlan,
): readonly (readonly [string, string])[] {
  if (mounts.length > 0) return Object.entries({ ...manager.environment, ...inline });
  return Object.entries(inline).filter(([name]) => manager.enabling?.[name] !== undefined);
}

/** Whether a script may succeed without reaching its end: `exit 0`, `exec`, a trap that exits. */
function mayEndEarly({ commands }: ShellScript): boolean {
  return commands.some(({ words, isolated }) => {
    const name = words[0]?.value;
    if (isolated || (name !== 'exit' && name !== 'exec' && name !== 'trap')) return false;
    if (name === 'trap') return /\bexit\b/.test(words[1]?.text ?? '');
    return name === 'exec' ? words.length > 1 : !/^[1-9]\d*$/.test(words[1]?.value ?? '');
  });
}

function isSet(name: string, invocation: Use['invocation'], state: State): boolean {
  return state.env.has(name) || invocation.environment.some(([other]) => other === name);
}

/** Wrappers and interpreters that hand their environment on as it is. */
const TRANSPARENT =
  /^(python[\d.]*|php|corepack|command|exec|env|nice|ionice|nohup|timeout|stdbuf|eatmydata|cross-env)$/;

/** The first word of a command; undefined behind a wrapper that may drop the environment. */
function programWord({ command, wrappers }: Use['invocation']): ShellWord | undefined {
  const drops = (name: string): boolean =>
    !TRANSPARENT.test(name) ||
    (name === 'env' && command.words.some(({ text }) => /^(-i?|--ignore-environment)$/.test(text)));
  return wrappers.some(drops) ? undefined : command.words[0];
}

/** Whether the shell stops at the first failing command: SHELL -e, or `set -e` first. */
function isStrict(facts: Facts, { instruction, script }: Run): boolean {
  const body = facts.body(instruction);
  return (body.kind === 'script' && body.errexit) || (script !== undefined && stopsAtFailure(script));
}
