import { verbatim } from '../../../src/dockerfile/index.js';
import { joinPath } from '../../../src/facts/index.js';
import { parseShell, readInvocation, valueOf } from '../../../src/shell/index.js';
import { readRules, type Rule } from './c-make.js';
import type { Step, Subject } from '../types.js';

/** What hands variables of the go command on, or gives a line another meaning by what is only known when make runs. */
const NOT_READ =
  /^(?:export(?:[ \t]+(?:CGO_ENABLED|GO\w*)\b|[ \t]*$)|(?:-?include|ifn?eq|ifn?def|define|\.EXPORT_ALL_VARIABLES|\.ONESHELL)\b)/m;
const NAMES = ['Makefile', 'makefile', 'GNUmakefile'];

/** The steps of a stage with the commands of a Makefile's rules in place of the `make` that runs them, where they are read in full. */
export function withMade(subject: Subject): Subject {
  if (!subject.steps.some(({ invocation: { tool } }) => tool === 'make')) return subject;
  return { ...subject, steps: subject.steps.flatMap((step) => commandsOf(step, subject) ?? [step]) };
}

function commandsOf(step: Step, { files, project }: Subject): readonly Step[] | undefined {
  const { tool, args } = step.invocation;
  const words = args.map((word) => step.text(word));
  if (tool !== 'make' || step.cwd === undefined || words.some((word) => word === undefined || word.startsWith('-')))
    return undefined;
  const path = NAMES.map((name) => files.get(joinPath(step.cwd!, name))?.context).find((one) => one !== undefined);
  const source = path === undefined ? undefined : project?.context.read(path);
  if (source === undefined || NOT_READ.test(source)) return undefined;
  const given = words.filter((word) => word!.includes('=')).map((word) => word!.split(/=(.*)/s) as [string, string]);
  const { rules } = readRules(source, new Map(given));
  const goals = words.filter((word) => !word!.includes('=')) as string[];
  const first = rules.flatMap(({ targets }) => targets).find((name) => !/^\.|%/.test(name));
  const lines = (goals.length > 0 ? goals : [first]).map((goal) =>
    goal === undefined ? undefined : linesOf(goal, rules, files, step.cwd!, new Set()),
  );
  if (lines.includes(undefined)) return undefined;
  const found = lines.flatMap((some) => some!).map((line) => stepsOf(line, step));
  return found.includes(undefined) ? undefined : found.flatMap((some) => some!);
}

/** The lines that make runs for a goal, those of what it needs first; undefined where no rule makes one. */
function linesOf(
  goal: string,
  rules: readonly Rule[],
  files: Subject['files'],
  cwd: string,
  seen: Set<string>,
): readonly string[] | undefined {
  if (seen.has(goal)) return [];
  seen.add(goal);
  const own = rules.filter(({ targets }) => targets.includes(goal));
  if (own.length === 0) return files.has(joinPath(cwd, goal)) ? [] : undefined;
  const needed = own
    .flatMap(({ prerequisites }) => prerequisites)
    .map((name) => linesOf(name, rules, files, cwd, seen));
  return needed.includes(undefined)
    ? undefined
    : [...needed.flatMap((some) => some!), ...own.flatMap(({ recipe }) => recipe)];
}

/** The commands of a line of a recipe; a function of make in it is a value that is not known. */
function stepsOf(line: string, step: Step): readonly Step[] | undefined {
  const text = line
    .replace(/^[@+-]+/, '')
    .replaceAll(/\$[({](?:\w+ [^(){}]*|\w*)[)}]/g, '$UNKNOWN')
    .replaceAll('$$', () => '$');
  const script = parseShell(verbatim(text, 0));
  if (typeof script === 'string' || script.commands.some(({ words: [word] }) => word?.value === 'cd')) return undefined;
  return script.commands.map((command) => {
    const invocation = readInvocation(command);
    const variable = (name: string): string | undefined => {
      const own = invocation.environment.find(([one]) => one === name);
      return own === undefined ? step.variable(name) : own[1] === undefined ? '' : valueOf(own[1], step.variable);
    };
    return { ...step, invocation, variable, text: (word) => valueOf(word, variable) };
  });
}
