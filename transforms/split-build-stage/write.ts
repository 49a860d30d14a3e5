import {
  argumentText,
  type Dockerfile,
  type Edit,
  type Instruction,
  readKeyValues,
  referencedNames,
  type Stage,
  toSource,
} from '../../src/dockerfile/index.js';
import { type Copied, type Declined, declined, type Plan, type Subject } from './types.js';

/** Instructions of the image's configuration that no build step reads. */
export const CONFIGURATION = /^(?:EXPOSE|VOLUME|LABEL|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD|MAINTAINER)$/;
const NAMES: readonly string[] = ['build', 'builder', 'build-stage', 'compile'];

/**
 * The edits that split a stage: its FROM gets a name, and a new stage begins behind the last step that builds. What stands
 * behind that stays where it is; configuration from before it is repeated, or moves.
 */
export function write(subject: Subject, plan: Plan): readonly Edit[] | Declined {
  const { facts, stage } = subject;
  const { file } = facts;
  const name = freeName(file, stage);
  if (name === undefined) return declined('every name for the build stage is taken', stage.from);
  const last = stage.instructions.findLast((one) => one.keyword !== 'FROM' && stays(one, plan));
  if (last === undefined) return declined('no step of the stage builds', stage.from);
  const behind = stage.instructions.slice(stage.instructions.indexOf(last) + 1);
  const ahead = stage.instructions.slice(1, stage.instructions.indexOf(last) + 1);
  const early = ahead.find((one) => plan.places.get(one) === 'final');
  if (early !== undefined)
    return declined(
      `${early.keyword} at line ${early.lines.first} belongs to what ships, and build steps follow it`,
      early,
    );
  const edits: Edit[] = [...plan.edits];
  const block: string[] = [];
  const keyword = (word: string) => (stage.from.logical.text.startsWith('from') ? word.toLowerCase() : word);
  for (const one of ahead) {
    if (CONFIGURATION.test(one.keyword) || plan.places.get(one) === 'moved') {
      const span = file.blockOf(one);
      block.push(file.slice(span).replace(/\r?\n$/, ''));
      // Of the blank lines around it one stays.
      const blank = /\n\r?\n$/.test(file.text.slice(0, span.start)) ? /^\r?\n/.exec(file.text.slice(span.end)) : null;
      edits.push({ span: { start: span.start, end: span.end + (blank?.[0].length ?? 0) }, text: '' });
    } else if (plan.again.has(one)) {
      block.push(`${keyword('RUN')} ${plan.again.get(one)!}`);
    } else if (repeated(one, plan) && needed(subject, one, ahead, behind, plan)) {
      block.push(file.slice(one.span));
    }
  }
  const wrong = behind.find((one) => !movable(one, plan));
  if (wrong !== undefined)
    return declined(`${wrong.keyword} at line ${wrong.lines.first} cannot go to another stage`, wrong);
  const folder = stage.instructions.find((one) => one.keyword === 'WORKDIR');
  const from = folder === undefined ? '/' : (facts.before(folder)!.workdir ?? '/');
  // The folder of the base, from which a relative WORKDIR goes on.
  const start = from === '/' || plan.image === stage.base || argumentText(folder!).startsWith('/') ? undefined : from;
  const foreign = carriedForeign(subject, [...ahead.filter((one) => repeated(one, plan)), ...behind], plan);
  if (foreign !== undefined) return foreign;

  const { logical, args } = stage.from;
  const named = stage.name === undefined ? '' : argumentText(stage.from).split(/\s+/).at(-1)!;
  const fromEnd = toSource(logical, args.end - 1) + 1;
  edits.push(
    named === ''
      ? { span: { start: fromEnd, end: fromEnd }, text: ` ${keyword('AS')} ${name}` }
      : { span: { start: fromEnd - named.length, end: fromEnd }, text: name },
  );
  if (plan.buildRuns.length > 0) {
    const { end } = last.span;
    const text = plan.buildRuns.map((run) => `${file.eol}${keyword('RUN')} ${run}`).join('');
    edits.push({ span: { start: end, end }, text });
  }
  const platform = stage.platform === undefined ? '' : `--platform=${stage.platform} `;
  const own = named === '' ? '' : ` ${keyword('AS')} ${named}`;
  const copyLine = ({ from, to, owner }: Copied): string =>
    `${keyword('COPY')} --from=${name}${owner === undefined ? '' : ` --chown=${owner}`} ${from} ${to}`;
  const lines = [
    `${keyword('FROM')} ${platform}${plan.image}${own}`,
    ...install(plan, file).map((line) => `${keyword('RUN')} ${line}`),
    ...plan.firstCopies.map(copyLine),
    ...(start === undefined ? [] : [`${keyword('WORKDIR')} ${start}`]),
    ...block,
    ...[...plan.variables].map(([variable, value]) => `${keyword('ENV')} ${variable}=${value}`),
    ...plan.copies.map(copyLine),
    ...plan.finalRuns.map((run) => `${keyword('RUN')} ${run}`),
  ];
  if (behind.length === 0) {
    const { end } = last.span;
    edits.push({ span: { start: end, end }, text: file.eol + lines.map((line) => file.eol + line).join('') });
    return edits;
  }
  const { start: place } = file.blockOf(behind[0]!);
  const gap = /\n\r?\n$/.test(file.text.slice(0, place)) ? '' : file.eol;
  const after = plan.copies.length > 0 && gap === '' ? file.eol : '';
  edits.push({ span: { start: place, end: place }, text: gap + lines.map((line) => line + file.eol).join('') + after });
  return edits;
}

/** The command that installs the packages of the final stage, if there are any. */
export function install({ packages, recommends, manager }: Plan, { escape, eol }: Dockerfile): readonly string[] {
  if (packages.length === 0) return [];
  const names = packages.map(({ name }) => name).join(' ');
  if (manager === 'apk') return [`apk add --no-cache ${names}`];
  const next = ` ${escape}${eol}    && `;
  const least = recommends ? '' : ' --no-install-recommends';
  return [`apt-get update${next}apt-get install -y${least} ${names}${next}rm -rf /var/lib/apt/lists/*`];
}

/** Whether an instruction belongs to the build alone. */
function stays(one: Instruction, plan: Plan): boolean {
  return /^(?:RUN|COPY|ADD)$/.test(one.keyword) && plan.places.get(one) === undefined;
}

function movable(one: Instruction, plan: Plan): boolean {
  return (
    CONFIGURATION.test(one.keyword) ||
    /^(?:ENV|ARG|WORKDIR|USER|SHELL)$/.test(one.keyword) ||
    plan.places.get(one) !== undefined
  );
}

export function repeated(one: Instruction, plan: Plan): boolean {
  return /^(?:ENV|ARG|WORKDIR|USER|SHELL)$/.test(one.keyword) || plan.places.get(one) === 'both';
}

/** Whether the final stage needs an instruction of the build stage once more. */
export function needed(
  { facts }: Subject,
  one: Instruction,
  ahead: readonly Instruction[],
  behind: readonly Instruction[],
  plan: Plan,
): boolean {
  const { file } = facts;
  switch (one.keyword) {
    case 'ENV':
      return !namesOf(one, file).every((name) => plan.buildVariables.has(name));
    case 'ARG': {
      const names = namesOf(one, file);
      const users = [
        ...ahead.filter(
          (other) =>
            /^(?:ENV|LABEL|WORKDIR|USER|EXPOSE|VOLUME)$/.test(other.keyword) ||
            plan.places.has(other) ||
            plan.again.has(other),
        ),
        ...behind,
      ];
      return users.some((user) =>
        [...referencedNames(argumentText(user), file.escape)].some((name) => names.includes(name)),
      );
    }
    case 'WORKDIR':
      return !ahead.some(
        (other) => other.keyword === 'WORKDIR' && other.index > one.index && argumentText(other).startsWith('/'),
      );
    default:
      return true;
  }
}

/** A carried instruction that reads a variable of the build stage's base image, which the new one does not set. */
export function carriedForeign({ facts }: Subject, carried: readonly Instruction[], plan: Plan): Declined | undefined {
  const { file } = facts;
  for (const one of carried) {
    if (one.keyword === 'ENV' && namesOf(one, file).every((name) => plan.buildVariables.has(name))) continue;
    if (/^(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK)$/.test(one.keyword)) continue;
    const state = facts.before(one)!;
    for (const name of referencedNames(argumentText(one), file.escape)) {
      const known = state.env.get(name) ?? state.args.get(name);
      if (name !== 'PATH' && (known === undefined || known.from === undefined))
        return declined(`${one.keyword} at line ${one.lines.first} uses ${name} of the base image`, one);
    }
  }
  return undefined;
}

export function namesOf(one: Instruction, file: Dockerfile): readonly string[] {
  const pairs = readKeyValues(one, one.logical.text, file.escape);
  if (one.keyword === 'ARG')
    return argumentText(one)
      .split(/\s+/)
      .map((word) => word.replace(/=.*/s, ''));
  return typeof pairs === 'string' ? [] : pairs.map(({ name }) => name);
}

/** A stage name that neither a stage nor an image of the file has. */
function freeName({ stages, instructions }: Dockerfile, stage: Stage): string | undefined {
  const texts = instructions.flatMap(({ flags }) => flags.map(({ value }) => value ?? ''));
  return NAMES.find(
    (name) =>
      !stages.some((one) => one !== stage && (one.name === name || one.base.toLowerCase() === name)) &&
      stage.name !== name &&
      stage.base.toLowerCase() !== name &&
      !texts.some((text) => text === name || text.includes(`from=${name}`)),
  );
}
