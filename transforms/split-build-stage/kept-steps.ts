import { argumentText, type Instruction, referencedNames } from '../../src/dockerfile/index.js';
import { isWithin, joinPath } from '../../src/facts/index.js';
import { readTag } from '../../src/facts/images/tag.js';
import { type Account, accountOf, makesAccount } from './accounts.js';
import { pathOf } from './file-steps.js';
import { byInstruction } from './system-packages.js';
import { type Declined, declined, type Place, type Plan, type Step, type Subject } from './types.js';
import { BARE } from './without-shell.js';

export const BESIDE = /^(?:chmod|touch|:|true|set|echo)$/;
const NOTHING = /^(?::|true|set|echo)$/;
/** Folders that every base has. */
const THERE =
  '/tmp /var/tmp /var/log /var/lib /var/cache /var/run /run /home /opt /srv /mnt /usr/local/bin /usr/local/share'.split(
    ' ',
  );

type Kept = Pick<Plan, 'places' | 'copies' | 'firstCopies' | 'again' | 'finalRuns'>;
type Group = readonly [Instruction, readonly Step[]];

/**
 * Takes users and folders along, each user with the number that it has: by the same commands where both systems have them,
 * else by the build stage's lists of users, and what the steps do beside once more.
 * @param brought paths that are copied from the build stage
 */
export function keep(
  subject: Subject,
  kept: ReadonlySet<Instruction>,
  image: string,
  brought: readonly string[],
): Kept | Declined {
  const { stage, steps, command } = subject;
  const needless = (step: Step): boolean =>
    BESIDE.test(step.invocation.tool ?? '') ||
    (step.invocation.tool === 'mkdir' &&
      step.invocation.operands.every((word) => {
        const path = pathOf(step, word);
        const isThere = path !== undefined && [...brought, command.workdir ?? '/'].some((one) => isWithin(one, path));
        return isThere || steps.some(({ cwd, invocation }) => cwd === path && invocation.tool !== 'cd');
      }));
  const groups = [...byInstruction(steps)].filter(([one, commands]) => kept.has(one) && !commands.every(needless));
  const making = groups.flatMap(([, commands]) => commands.filter(makesAccount));
  const accounts = new Map(making.map((step) => [step, accountOf(step)] as const));
  const listed = making.length > 0 && needsLists(subject, image, accounts);
  if (typeof listed === 'object') return listed;
  const made = [...accounts.values()].filter((account) => account !== undefined);
  const odd = making.find((step) => accounts.get(step) === undefined);
  if (listed && odd !== undefined)
    return declined(
      `RUN at line ${odd.instruction.lines.first} makes a user in a way that is not followed`,
      odd.instruction,
    );
  const isBuild = (one: Instruction): boolean => /^(?:RUN|COPY|ADD)$/.test(one.keyword) && !kept.has(one);
  const stays = ([, commands]: Group): boolean => listed && commands.some(makesAccount);
  const builds = stage.instructions.findLast(isBuild)?.index ?? -1;
  const lastBuild = Math.max(builds, groups.findLast(stays)?.[0].index ?? -1);
  const places = new Map<Instruction, Exclude<Place, 'build'>>();
  const again = new Map<Instruction, string>();
  const finalRuns: string[] = [];
  const homes = made.flatMap(({ home }) => home ?? []);
  for (const group of groups) {
    const [instruction, commands] = group;
    const wrong = wrongStep(subject, group, [...homes, ...(instruction.index > builds ? brought : [])], stays(group));
    if (wrong !== undefined) return wrong;
    const rest = commands.filter((step) => !makesAccount(step) && !NOTHING.test(step.invocation.tool ?? ''));
    const texts = rest.map(({ start, end }) => subject.facts.file.text.slice(start, end));
    if (stays(group)) texts.unshift(...commands.flatMap((step) => ownHome(accounts.get(step), command.workdir)));
    const text = texts.join(' && ');
    if (!stays(group))
      places.set(
        instruction,
        instruction.index > lastBuild ? 'final' : isUsed(subject, group, lastBuild) ? 'both' : 'moved',
      );
    else if (text !== '' && instruction.index > builds) finalRuns.push(text);
    else if (text !== '') again.set(instruction, text);
  }
  const carried = made.flatMap(({ home, name }) =>
    !listed || home === undefined || isWithin(command.workdir ?? '/', home)
      ? []
      : [{ from: home, to: home, owner: name }],
  );
  const firstCopies = listed ? ['/etc/passwd', '/etc/group'].map((path) => ({ from: path, to: path })) : [];
  return { places, copies: carried, firstCopies, again, finalRuns };
}

/** Commands that make the home of a user in which the program starts: no copy of it, which would bring what is built there. */
function ownHome(account: Account | undefined, workdir = '/'): readonly string[] {
  const { home, name } = account ?? {};
  return home === undefined || !isWithin(workdir, home) ? [] : [`mkdir -p ${home}`, `chown ${name!}: ${home}`];
}

/** Whether the new base lacks the commands that make users, or would give them other numbers. */
function needsLists(
  { facts, stage }: Subject,
  image: string,
  accounts: ReadonlyMap<Step, Account | undefined>,
): boolean | Declined {
  const { family, release } = facts.before(stage.instructions[1] ?? stage.from)!.image;
  const alpine = /(?:^|\/)alpine(?:[:@]|$)/.test(image);
  // What ships is on the system that builds, where no tag table knows that.
  const isAlpine = family === 'alpine' || (family === 'unknown' && alpine);
  if (!isAlpine && family !== 'debian' && !(family === 'unknown' && image.startsWith('debian:')))
    return declined('the system of the base is not known', stage.from);
  if (BARE.test(image) || isAlpine !== alpine) return true;
  if (alpine) return false;
  // Debian 13 has adduser no more in its small image, and packages of the full one have groups of their own.
  const newer = readTag(image.slice(image.indexOf(':') + 1)).release ?? release;
  const lacking = newer === undefined || /^(?:trixie|forky|sid)$/.test(newer);
  return [...accounts].some(
    ([{ invocation }, account]) => /^add/.test(invocation.tool ?? '') && (lacking || account?.numbered !== false),
  );
}

/** Whether a later step of the build may use what these make: it names a user, or a folder. */
function isUsed({ stage }: Subject, [instruction, commands]: Group, lastBuild: number): boolean {
  const names = commands.flatMap((step) =>
    step.invocation.operands.map((word) => (makesAccount(step) ? step.text(word) : pathOf(step, word)) ?? ''),
  );
  const { index } = instruction;
  return stage.instructions.some(
    (one) =>
      one.index > index &&
      one.index <= lastBuild &&
      /^(?:RUN|COPY|ADD|USER|ENV|ARG|SHELL)$/.test(one.keyword) &&
      names.some((name) => one.logical.text.includes(name)),
  );
}

/** Why a step could not do in the final stage what it does now. */
function wrongStep(
  { facts, stage }: Subject,
  [instruction, commands]: Group,
  brought: readonly string[],
  again: boolean,
): Declined | undefined {
  const line = `RUN at line ${instruction.lines.first}`;
  const { env } = facts.before(instruction)!;
  const foreign = [...referencedNames(argumentText(instruction), facts.file.escape)].find(
    (name) => env.has(name) && env.get(name)!.from === undefined,
  );
  if (foreign !== undefined) return declined(`${line} uses ${foreign} of the base image`, instruction);
  const conditional = again && commands.some((step) => step.invocation.command.conditional && !makesAccount(step));
  if (conditional) return declined(`${line} does more than make a user, and not in any case`, instruction);
  const there = [...THERE, ...brought];
  for (const one of stage.instructions)
    if (one.keyword === 'WORKDIR' && one.index < instruction.index)
      there.push(facts.before(stage.instructions[stage.instructions.indexOf(one) + 1]!)!.workdir ?? '/');
  for (const step of commands) {
    const { tool, operands } = step.invocation;
    if (makesAccount(step) || NOTHING.test(tool ?? '')) continue;
    const paths = (/^ch/.test(tool!) ? operands.slice(1) : operands).map((word) => pathOf(step, word));
    if (tool === 'mkdir') there.push(...paths.flatMap((path) => path ?? []));
    const lacking = paths.find(
      (path) =>
        path === undefined || !there.some((one) => isWithin(one, tool === 'touch' ? joinPath(path, '..') : path)),
    );
    if (lacking !== undefined || paths.includes(undefined))
      return declined(
        `${line} runs ${tool!} on ${lacking ?? 'what is not known'}, which the new base lacks`,
        instruction,
      );
  }
  return undefined;
}
