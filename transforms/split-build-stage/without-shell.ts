import { argumentText } from '../../src/dockerfile/index.js';
import { type Declined, declined, type Plan, type Subject } from './types.js';

/** Images that hold no shell and no package manager. */
const BARE = /^(?:scratch|(?:[\w.-]+\/)*distroless\/[\w.-]+)(?:[:@].*)?$/;
/** What the images of the Distroless project bring: https://github.com/GoogleContainerTools/distroless/tree/main/base */
const IN_DISTROLESS: ReadonlySet<string> = new Set(['ca-certificates', 'tzdata']);

/** The plan for an image without a shell, or why what is to ship needs one. Other plans are given back as they are. */
export function withoutShell({ stage, command }: Subject, plan: Plan): Plan | Declined {
  if (!BARE.test(plan.image)) return plan;
  const check = stage.instructions.find(
    ({ keyword, logical: { text } }) => keyword === 'HEALTHCHECK' && !/\sNONE\s*$/i.test(text),
  );
  if (check !== undefined)
    return declined(`${plan.image} has nothing that HEALTHCHECK at line ${check.lines.first} could run`, check);
  const inShellForm = stage.instructions.find(
    ({ keyword, json }) => /^(?:CMD|ENTRYPOINT)$/.test(keyword) && json === undefined,
  );
  if (inShellForm !== undefined)
    return declined(
      `${plan.image} has no shell, which ${inShellForm.keyword} at line ${inShellForm.lines.first} needs`,
      inShellForm,
    );
  if (/^(?:.*\/)?(?:sh|ash|bash|env)$/.test(command.words[0] ?? 'sh'))
    return declined(`${plan.image} has no shell, which the command starts`, command.at ?? stage.from);
  const run = [...plan.places.keys()].find(({ keyword }) => keyword === 'RUN');
  if (run !== undefined) return declined(`${plan.image} has no shell, which RUN at line ${run.lines.first} needs`, run);
  const user = stage.instructions.find(
    (one) => one.keyword === 'USER' && !/^(?:\d+(?::\d+)?|root|0)$/.test(argumentText(one).trim()),
  );
  if (user !== undefined) return declined(`${plan.image} may not know the user of line ${user.lines.first}`, user);
  const missing = plan.packages.filter(({ name }) => plan.image.startsWith('scratch') || !IN_DISTROLESS.has(name));
  if (missing.length > 0)
    return declined(`${plan.image} cannot install ${missing.map(({ name }) => name).join(', ')}`, stage.from);
  return { ...plan, packages: [] };
}
