import { argumentText } from '../../src/dockerfile/index.js';
import { type Declined, declined, type Plan, type Subject } from './types.js';

/** Images that hold no shell and no package manager. */
export const BARE = /^(?:scratch|(?:[\w.-]+\/)*distroless\/[\w.-]+)(?:[:@].*)?$/;
/** What the images of the Distroless project bring: https://github.com/GoogleContainerTools/distroless/tree/main/base */
const IN_DISTROLESS: ReadonlySet<string> = new Set(['ca-certificates', 'tzdata']);

const ID = /^\d+(?::\d+)?$/;
/** Users of the images of the Distroless project; without a list of users, as in scratch, root is none either. */
const IN_PASSWD = /^(?:\d+(?::\d+)?|root|nobody|nonroot)$/;

/** The plan for an image without a shell, or why what is to ship needs one. Other plans are given back as they are. */
export function withoutShell({ stage, services }: Subject, plan: Plan): Plan | Declined {
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
  const service = services.find(({ starts }) => starts.some((text) => /^(?:\S*\/)?(?:ba|da|a)?sh\s/.test(text)));
  if (service !== undefined) return declined(`${plan.image} has no shell, which ${service.what} starts`, stage.from);
  const known = plan.image.startsWith('scratch') ? ID : IN_PASSWD;
  const listed = plan.firstCopies.some(({ to }) => to === '/etc/passwd');
  const user = listed
    ? undefined
    : stage.instructions.find((one) => one.keyword === 'USER' && !known.test(argumentText(one).trim()));
  if (user !== undefined) return declined(`${plan.image} does not know the user of line ${user.lines.first}`, user);
  const run = plan.places.size + plan.again.size + plan.finalRuns.length > 0;
  if (run) return declined(`${plan.image} has no shell, which making a folder for the program needs`, stage.from);
  const missing = plan.packages.filter(({ name }) => plan.image.startsWith('scratch') || !IN_DISTROLESS.has(name));
  if (missing.length > 0)
    return declined(`${plan.image} cannot install ${missing.map(({ name }) => name).join(', ')}`, stage.from);
  return { ...plan, packages: [] };
}
