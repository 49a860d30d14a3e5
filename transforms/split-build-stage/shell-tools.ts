import { parseShell, type ShellScript, nestedScript } from '../../src/shell/index.js';
import { verbatim } from '../../src/dockerfile/index.js';
import { baseName } from './stacks/start.js';
import type { Plan, RuntimePackage, Subject } from './types.js';
import { BARE } from './without-shell.js';

/** Tools that the images of compilers have and small ones lack, each in a package of its name. */
const BROUGHT: readonly string[] = ['bash', 'curl', 'wget'];
/** Those that each Debian has, and those that each Alpine has. */
const THERE = { apt: 'bash', apk: 'wget' };

/** The plan with the shells and tools that commands in shell form and services of compose files start. */
export function withShellTools(subject: Subject, plan: Plan): Plan {
  if (BARE.test(plan.image)) return plan;
  const kept = [...plan.places].flatMap(([one, place]) => (place === 'both' ? one.logical.text : []));
  const there = [THERE[plan.manager], ...plan.packages.map(({ name }) => name), ...kept.flatMap(wordsOf)];
  const missing = asked(subject, plan).filter(({ name }) => BROUGHT.includes(name) && !there.includes(name));
  const packages = [...new Map([...missing, ...plan.packages].map((one) => [one.name, one])).values()];
  return missing.length === 0
    ? plan
    : { ...plan, packages: packages.sort((one, other) => (one.name < other.name ? -1 : 1)) };
}

function asked(subject: Subject, plan: Plan): readonly RuntimePackage[] {
  const { facts, stage, services } = subject;
  const shell = baseName(facts.atEnd(stage).shell[0] ?? '');
  const runs = plan.places.size + plan.again.size + plan.finalRuns.length > 0;
  const inShellForm = stage.instructions.some(
    ({ keyword, json, logical: { text } }) =>
      (/^(?:CMD|ENTRYPOINT)$/.test(keyword) && json === undefined) ||
      (keyword === 'HEALTHCHECK' && /\sCMD\s+[^[\s]/i.test(text)),
  );
  return [
    ...(runs || inShellForm ? [{ name: shell, why: 'SHELL names it' }] : []),
    ...services.flatMap(({ what, starts }) =>
      starts.flatMap((text) => {
        const script = parseShell(verbatim(text, 0));
        return typeof script === 'string' ? [] : toolsOf(script).map((name) => ({ name, why: `${what} starts it` }));
      }),
    ),
  ];
}

/** The names of the programs that a script starts, shells around other commands included. */
function toolsOf(script: ShellScript): readonly string[] {
  return script.commands.flatMap((command) => {
    const nested = nestedScript(script, command);
    return [baseName(command.words[0]?.value ?? ''), ...(nested === undefined ? [] : toolsOf(nested))];
  });
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s"']+/);
}
