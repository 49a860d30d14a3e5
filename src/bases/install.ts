import { type Dockerfile, type Edit, type Instruction, type Stage, toSource } from '../dockerfile/index.js';
import { type Facts, isRoot } from '../facts/index.js';
import { readTag } from '../facts/images/tag.js';
import { variantsOf } from '../facts/images/tags.js';
import { readInvocation } from '../shell/index.js';
import type { OfficialBase } from './official.js';

/**
 * The edits that give a stage more apt packages: in an install that it has, where that comes before all that need them,
 * else in a RUN of their own right after the FROM.
 * @param base the image that they are installed in.
 * @param first the first instruction that needs one.
 * @returns a reason why they cannot be installed.
 */
export function installEdits(
  facts: Facts,
  stage: Stage,
  names: readonly string[],
  first: Instruction,
  { image, tag }: OfficialBase,
): readonly Edit[] | string {
  const own = ownInstall(facts, stage, names, first);
  if (own !== undefined) return [own];
  if (!listsReachable(image, tag) && !updatesAnyway(facts, stage))
    return `it needs ${names.join(', ')}, and the packages of its Debian release are no longer where apt looks for them`;
  const state = facts.before(stage.instructions[1] ?? stage.from)!;
  if (isRoot(state) !== true) return 'the user of the base image is not root, and packages cannot be installed';
  return [newRun(facts.file, stage, names)];
}

const GONE = /^(?:squeeze|wheezy|jessie|stretch|buster)$/;

/** Whether the release under a tag is surely one whose packages are still served. */
function listsReachable(image: string, tag: string): boolean {
  const release = readTag(tag).release;
  if (release !== undefined) return !GONE.test(release);
  if (image === 'debian' || tag === 'latest') return true;
  if (image === 'node' && /^(?:\d|1[0-7])(?:\.|$)/.test(tag)) return false;
  return variantsOf(image, tag)?.variants.some((variant) => /bookworm|trixie/.test(variant)) === true;
}

/** Whether the file fetches package lists already, so that it stands or falls with them as before. */
function updatesAnyway(facts: Facts, stage: Stage): boolean {
  return stage.instructions.some((instruction) => {
    const body = instruction.keyword === 'RUN' ? facts.body(instruction) : undefined;
    return body?.kind === 'script' && /\bapt(?:-get)?\b[^\n]*\bupdate\b/.test(body.script.source.text);
  });
}

/** Packages behind the last one of an install that surely runs, as root. */
function ownInstall(facts: Facts, stage: Stage, names: readonly string[], first: Instruction): Edit | undefined {
  for (const instruction of stage.instructions) {
    if (instruction.index >= first.index && first !== instruction) return undefined;
    if (instruction.keyword !== 'RUN' || instruction.json !== undefined) continue;
    const body = facts.body(instruction);
    if (body.kind !== 'script' || isRoot(facts.before(instruction)!) !== true) continue;
    const { commands, source } = body.script;
    if (
      first === instruction &&
      commands.some((command) => !/^(?:apt-get|apt|set|rm)$/.test(command.words[0]?.value ?? ''))
    )
      return undefined;
    const updated = commands.some((command) => readInvocation(command).subcommand === 'update' && !command.conditional);
    for (const command of commands) {
      const { tool, subcommand, operands, options } = readInvocation(command);
      if (!/^apt(?:-get)?$/.test(tool ?? '') || subcommand !== 'install' || command.conditional || !updated) continue;
      const last = operands.at(-1);
      if (
        last?.value === undefined ||
        operands.some(({ value }) => value === undefined) ||
        options.some(({ name }) => /^(?:-t|--target-release|--reinstall)$/.test(name))
      )
        continue;
      const at = toSource(source, last.span.end - 1) + 1;
      const start = toSource(source, last.span.start);
      const before = /(?:^|\n)([ \t]+)$/.exec(facts.file.text.slice(0, start));
      const joint = before === null ? ' ' : ` ${facts.file.escape}${facts.file.eol}${before[1]!}`;
      return { span: { start: at, end: at }, text: names.map((name) => joint + name).join('') };
    }
  }
  return undefined;
}

function newRun({ escape, eol }: Dockerfile, { from }: Stage, names: readonly string[]): Edit {
  const keyword = from.logical.text.startsWith('from') ? 'run' : 'RUN';
  const next = ` ${escape}${eol}    && `;
  const run = `${keyword} apt-get update${next}apt-get install -y --no-install-recommends ${names.join(' ')}${next}rm -rf /var/lib/apt/lists/*`;
  const end = from.span.end;
  return { span: { start: end, end }, text: `${eol}${run}` };
}
