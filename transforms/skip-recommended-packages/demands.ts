import { mayInstallUnseen, type Run } from '../../src/cache-mounts/index.js';
import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import { type Facts, servicesIn } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';

const RUNS = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'ENV', 'SHELL', 'ONBUILD']);

/** What the installs of a stage are judged by: all that runs in it and in the stages built on it. */
export interface Demands {
  /** Whether the text of all that runs has what a pattern looks for. */
  asks(pattern: RegExp): boolean;
  /** Whether, from an instruction on, a script or a program that is not seen may ask for more. */
  unseenFrom(instruction: Instruction): boolean;
}

/** Reads what runs in a stage and in those built on it; scripts are read where the build context is known. */
export function demandsOf(
  facts: Facts,
  project: ProjectFacts | undefined,
  stage: Stage,
  runs: readonly Run[],
  dockerfile: string | undefined,
): Demands {
  const heirs = facts.heirs(stage);
  const services = servicesIn(facts.file, heirs, project?.services(dockerfile) ?? []);
  const texts = [
    ...heirs.flatMap(({ instructions }) =>
      instructions.filter(({ keyword }) => RUNS.has(keyword)).map(({ logical }) => logical.text),
    ),
    ...services.flatMap(({ starts }) => starts),
  ];
  const scripts = [...new Set(texts.flatMap((text) => text.match(/(?<![\w./-])[\w./-]+\.(?:sh|bash)\b/g) ?? []))];
  const unread: string[] = [];
  for (const script of scripts) {
    const name = script.slice(script.lastIndexOf('/') + 1);
    const paths = project?.context.paths.filter((path) => path === name || path.endsWith(`/${name}`)) ?? [];
    if (paths.length === 0) unread.push(script);
    texts.push(...paths.map((path) => project?.context.read(path) ?? ''));
  }
  const text = texts.join('\n');
  const asked = new Map<RegExp, boolean>();
  const lastUnseen = runs.findLast(
    (run) => heirs.includes(run.stage) && mayInstallUnseen(run) && !onlyScripts(run, scripts, unread),
  )?.instruction.index;
  return {
    asks: (pattern) => {
      let answer = asked.get(pattern);
      if (answer === undefined) asked.set(pattern, (answer = pattern.test(text)));
      return answer;
    },
    unseenFrom: ({ index }) => unread.length > 0 || (lastUnseen !== undefined && lastUnseen >= index),
  };
}

/** Whether what is not seen of a RUN are scripts of the build context, which were read. */
function onlyScripts({ opaque, uses }: Run, scripts: readonly string[], unread: readonly string[]): boolean {
  if (opaque !== undefined) return false;
  return uses.every(({ invocation: { tool, model, use, operands } }) => {
    const script = [tool, operands[0]?.value].find((name) => name !== undefined && scripts.includes(name));
    if (script !== undefined) return !unread.includes(script);
    return tool === '' || (tool !== undefined && model !== undefined && use?.operands !== 'script');
  });
}
