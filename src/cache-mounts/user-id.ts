import type { Stage } from '../dockerfile/index.js';
import type { Facts, ImageFacts } from '../facts/index.js';
import { type Invocation, valueOf } from '../shell/index.js';
import { onceFor } from '../once.js';
import { mayInstallUnseen } from './apt.js';
import type { Run, Use } from './uses.js';

/** Users that images have, by their Dockerfiles; Debian's by base-passwd. */
const IMAGE_USERS: readonly { readonly user: string; readonly of: RegExp; readonly id: number }[] = [
  { user: 'node', of: /^node /, id: 1000 },
  { user: 'bun', of: /^oven\/bun /, id: 1000 },
  { user: 'gradle', of: /^gradle /, id: 1000 },
  { user: 'jovyan', of: /^(quay\.io\/)?jupyter\//, id: 1000 },
  { user: 'www-data', of: / debian$/, id: 33 },
  { user: 'www-data', of: /^php alpine$/, id: 82 },
  { user: 'nobody', of: / (debian|alpine)$/, id: 65534 },
];

/** The numeric id of the user that a RUN runs as: written, known of the image, or given when an earlier RUN made the user. */
export function userId(facts: Facts, { stage, instruction, state }: Run, tree: readonly Run[]): number | undefined {
  const { user, image } = state;
  if (user === undefined) return undefined;
  if (/^\d+$/.test(user)) return Number(user);
  const known = IMAGE_USERS.find((one) => one.user === user && one.of.test(`${image.image} ${image.family}`));
  if (known !== undefined) return known.id;
  const { made, firstUnsure } = accountsIn(tree, facts)(stage);
  const account = made.get(user);
  if (account === undefined || account.run.instruction.index >= instruction.index) return undefined;
  const { command, options } = account.use.invocation;
  if (account.isRegular) {
    const isSure = account.order < firstUnsure && !/\/etc\/passwd|login\.defs|adduser\.conf/.test(facts.file.text);
    return command.conditional || !isSure ? undefined : firstFreeId(image);
  }
  const option = options.find(({ name }) => UID.test(name));
  const id = option?.valueWord === undefined ? option?.value : valueOf(option.valueWord, account.use.place.lookup);
  return id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
}

const UID = /^(-u|--uid)$/;

/** The first command that makes a user. */
interface Account {
  readonly run: Run;
  readonly use: Use;
  /** Its place among all commands. */
  readonly order: number;
  /** It gets the next free number. */
  readonly isRegular: boolean;
}

interface Accounts {
  readonly made: ReadonlyMap<string | undefined, Account>;
  /** The place of the first command from which on the next free number is not known from the image. */
  readonly firstUnsure: number;
}

const accountsIn = onceFor((tree: readonly Run[], facts: Facts) =>
  onceFor((stage: Stage) => readAccounts(facts, stage, tree)),
);

function readAccounts(facts: Facts, stage: Stage, tree: readonly Run[]): Accounts {
  const lineage = new Set(facts.lineage(stage));
  const made = new Map<string | undefined, Account>();
  let firstUnsure = Infinity;
  let madeGroup = false;
  let order = 0;
  for (const run of tree) {
    if (!lineage.has(run.stage)) continue;
    if (mayInstallUnseen(run)) firstUnsure = Math.min(firstUnsure, order);
    for (const use of run.uses) {
      const { invocation } = use;
      madeGroup ||= /^(groupadd|addgroup)$/.test(invocation.tool ?? '');
      if (freesIds(invocation) || numbersOddly(invocation, madeGroup)) firstUnsure = Math.min(firstUnsure, order);
      if (makesUser(invocation)) {
        const has = (names: RegExp): boolean => invocation.options.some(({ name }) => names.test(name));
        const isRegular = !has(UID) && !has(/^(-r|-S|--system)$/);
        const user = invocation.operands[0]!.value;
        if (!made.has(user)) made.set(user, { run, use, order, isRegular });
        if (isRegular || has(UID)) firstUnsure = Math.min(firstUnsure, order + 1);
      }
      order++;
    }
  }
  return { made, firstUnsure };
}

/** Whether a user may get another number than the next: adduser wants one that no group has either, unless the user joins one. */
function numbersOddly(invocation: Invocation, madeGroup: boolean): boolean {
  if (!makesUser(invocation)) return false;
  const has = (names: RegExp): boolean => invocation.options.some(({ name }) => names.test(name));
  return (
    (invocation.tool === 'adduser' && madeGroup && !has(/^(-G|--ingroup|--gid)$/)) ||
    has(/^(-K|--key|--firstuid|--conf)$/)
  );
}

/** Official images without a user of 1000 or more, but for `nobody`. */
const WITHOUT_USERS = /^(alpine|debian|golang|openjdk|perl|php|pypy|python|ruby|rust)$/;

/**
 * The id that the first user made in an image gets, where no other is asked for: 1000 by UID_MIN of login.defs(5), by
 * FIRST_UID of adduser.conf(5) and by busybox's adduser; one more where the image has a user of its own there.
 */
function firstFreeId({ image, official, family, release }: ImageFacts): number | undefined {
  if (!official || (family !== 'debian' && family !== 'alpine')) return undefined;
  if (WITHOUT_USERS.test(image) || (image === 'ubuntu' && /^(xenial|bionic|focal|jammy)$/.test(release ?? '')))
    return 1000;
  return image === 'node' || (image === 'ubuntu' && release === 'noble') ? 1001 : undefined;
}

/** Whether a command makes a user: with two operands Debian's adduser puts one into a group. */
function makesUser({ tool, operands }: Invocation): boolean {
  return (tool === 'useradd' || tool === 'adduser') && operands.length === 1;
}

/** Whether a command may take or free an id that the next user would get. */
function freesIds({ tool, options, operands }: Invocation): boolean {
  if (tool === 'usermod') return options.some(({ name }) => /^(-u|--uid|-o|--non-unique)$/.test(name));
  if (tool === 'useradd' || tool === 'adduser') return operands.length === 0;
  return tool === 'userdel' || tool === 'deluser' || tool === 'newusers';
}
