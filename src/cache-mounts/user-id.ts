import type { Facts, ImageFacts } from '../facts/index.js';
import { type Invocation, valueOf } from '../shell/index.js';
import { mayInstallUnseen } from './apt.js';
import type { Run } from './uses.js';

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
  const lineage = new Set(facts.lineage(stage));
  let next = /\/etc\/passwd|login\.defs|adduser\.conf/.test(facts.file.text) ? undefined : firstFreeId(image);
  let madeGroup = false;
  for (const run of tree) {
    if (!lineage.has(run.stage) || run.instruction.index >= instruction.index) continue;
    if (mayInstallUnseen(run)) next = undefined;
    for (const { invocation, place } of run.uses) {
      if (freesIds(invocation)) next = undefined;
      madeGroup ||= /^(groupadd|addgroup)$/.test(invocation.tool ?? '');
      if (!makesUser(invocation)) continue;
      const { tool, options, operands, command } = invocation;
      const has = (names: RegExp): boolean => options.some(({ name }) => names.test(name));
      const option = options.find(({ name }) => /^(-u|--uid)$/.test(name));
      const isRegular = option === undefined && !has(/^(-r|-S|--system)$/);
      // adduser wants an id that no group has either, unless the user joins a group.
      if (tool === 'adduser' && madeGroup && !has(/^(-G|--ingroup|--gid)$/)) next = undefined;
      if (has(/^(-K|--key|--firstuid|--conf)$/)) next = undefined;
      if (operands[0]!.value !== user) {
        if (isRegular || option !== undefined) next = undefined;
      } else if (isRegular) return command.conditional ? undefined : next;
      else {
        const id = option?.valueWord === undefined ? option?.value : valueOf(option.valueWord, place.lookup);
        return id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
      }
    }
  }
  return undefined;
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
