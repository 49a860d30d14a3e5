import { systemPackages } from '../system-packages.js';
import { declined, type Declined, type RuntimePackage, type Subject } from '../types.js';
import { inOrder } from './binary.js';

/** Packages that are called the same whatever Debian or Ubuntu there is. */
const ANYWHERE =
  /^(?:ca-certificates|curl|wget|tzdata|fontconfig|fonts-dejavu(?:-core)?|tini|dumb-init|bash|openssl|procps)$/;

/**
 * The system's packages of a final stage on another base: those that the program or the health check may use.
 * @param guarded what the health check runs
 * @param left names of packages that are for building only, beside those that are so for every language
 * @param sameSystem whether the new base is the same release of the same distribution
 */
export function carriedPackages(
  subject: Subject,
  guarded: readonly RuntimePackage[],
  left: RegExp,
  sameSystem: boolean,
): readonly RuntimePackage[] | Declined {
  const { command, stage } = subject;
  const steps = subject.steps.filter(
    ({ invocation: { operands } }) => operands.length === 0 || !operands.every(({ text }) => left.test(text)),
  );
  const system = systemPackages(subject, steps);
  if ('reason' in system) return system;
  const alone = steps.flatMap(({ instruction, invocation: { subcommand, operands } }) =>
    system.both.has(instruction) && /^(?:install|add)$/.test(subcommand)
      ? operands.map(({ text }) => ({ name: text, why: 'the program may use it' }))
      : [],
  );
  const found = [...system.packages, ...alone].filter(({ name }) => !left.test(name));
  const foreign = sameSystem ? undefined : found.find(({ name }) => !ANYWHERE.test(name));
  if (foreign !== undefined)
    return declined(
      `${foreign.name} may have another name on the system of the new base`,
      [...system.both][0] ?? stage.from,
    );
  const asked = system.manager === 'apt' && command.healthCheck?.some(({ tool }) => tool === 'wget') === true;
  const wget = asked ? [{ name: 'wget', why: 'HEALTHCHECK runs it' }] : [];
  return inOrder([...new Map([...found, ...guarded, ...wget].map((one) => [one.name, one])).values()]);
}
