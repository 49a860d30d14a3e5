import { code, prose } from './escape.js';
import { proofTable } from './proof-table.js';
import { hash, type State, stateBlock } from './state.js';
import type { Platform, ToldFile } from './types.js';

/**
 * Characters that a description may have. GitHub: 65,536; GitLab: 1,048,576. Gitea and Bitbucket document none, so
 * theirs stay well below what they are known to take.
 */
export const BODY_LIMITS: Readonly<Record<Platform, number>> = {
  github: 65_536,
  gitlab: 1_048_576,
  gitea: 65_535,
  bitbucket: 32_768,
};
/** Every platform takes 255; the title of a pull request that is closed again grows. */
const TITLE_LIMIT = 240;

export interface BodyInput {
  readonly files: readonly ToldFile[];
  /** Transforms that a maintainer ticked off. */
  readonly dropped: readonly string[];
  readonly platform: Platform;
  /** A public page that says more about what a transform does; undefined when there is none. */
  readonly docs: (transform: string) => string | undefined;
  readonly state: Omit<State, 'body'>;
}

/** The title in the project's style, cut to what every platform takes. */
export function fitTitle(title: string): string {
  const letters = [...title];
  return letters.length <= TITLE_LIMIT ? title : `${letters.slice(0, TITLE_LIMIT - 1).join('')}…`;
}

/** The description of a pull request with its checkboxes and its state; never longer than the platform takes. */
export function pullRequestBody(input: BodyInput): string {
  const limit = BODY_LIMITS[input.platform];
  const total = input.files.reduce((sum, { changes, refusals }) => sum + changes.length + refusals.length, 0);
  // What cannot be shortened: fewer files, then fewer changes and refusals, until it fits.
  for (let most = total; ; most = Math.floor(most / 2)) {
    const visible = dialect(render(input, most), input.platform);
    const body = `${visible}\n\n${stateBlock({ ...input.state, body: hash(visible) }, input.platform)}\n`;
    if (body.length <= limit || most === 0) return body;
  }
}

function render(input: BodyInput, most: number): string {
  const { files } = input;
  const proofs = files.slice(0, Math.max(1, most)).map(({ path, proof }) => proofTable(path, proof));
  const changes = files.flatMap((file) => file.changes.map((change) => ({ path: file.path, ...change })));
  const refusals = files.flatMap((file) => file.refusals.map((refusal) => ({ path: file.path, ...refusal })));
  const told = changes.slice(0, most).map((change) => {
    const link = input.docs(change.transform);
    const name = link === undefined ? code(change.transform) : `[${code(change.transform)}](${link})`;
    const level = `${change.level}${change.proven ? ', proven by a build' : ''}`;
    const place = `${prose(change.path)}, line ${change.line}`;
    return `- **${prose(change.what)}** (${place}; ${name}, ${level})\n  ${prose(change.why)}`;
  });
  const left = refusals
    .slice(0, most)
    .map(({ path, line, transform, reason }) => `- ${prose(path)}, line ${line}, ${code(transform)}: ${prose(reason)}`);
  return [
    'dfix rewrote the Dockerfiles of this repository so that they build faster and ship smaller.',
    ...proofs,
    ...more(files.length - proofs.length, 'Dockerfile'),
    '### Changes',
    [...told, ...more(changes.length - told.length, 'change')].join('\n'),
    ...(refusals.length === 0 ? [] : [fold(left, refusals.length)]),
    '### How to reproduce',
    howTo(input),
    '### How to opt out',
    'Tick a box below to leave a change out, write `# dfix-ignore NAME` above an instruction, or close this pull request: it will not be opened again.',
    controls(changes, input.dropped),
  ].join('\n\n');
}

/** Commands that give the same rewrite in a checkout, or look closer at it. */
function howTo({ files, dropped }: BodyInput): string {
  const skip = dropped.length === 0 ? '' : ` --skip ${dropped.join(',')}`;
  const isProven = files.some(({ proof }) => proof !== undefined);
  const commands = [
    ...(isProven ? [] : [[`dfix --allow safe${skip}`, 'the same diff, with its reasons']]),
    [`dfix verify${skip}`, `build before and after, and compare${isProven ? ': the same diff' : ''}`],
    ['dfix explain NAME', 'what a transform does, what it takes for granted, its options'],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  const lines = commands.map(([command, what]) => `${command.padEnd(width)}  # ${what}`);
  return ['```', ...lines, '```'].join('\n');
}

/** Bitbucket shows HTML as it is written: no folds there, and no marks. */
function dialect(text: string, platform: Platform): string {
  if (platform !== 'bitbucket') return text;
  return text
    .replace(/^<details><summary>(.*)<\/summary>$/gm, '**$1**')
    .replace(/\n\n<\/details>$/gm, '')
    .replace(/<!-- dfix-[a-z0-9:-]+ -->/g, '');
}

function fold(left: readonly string[], count: number): string {
  const rest = more(count - left.length, 'place');
  return `<details><summary>Seen and left alone (${count})</summary>\n\n${[...left, ...rest].join('\n')}\n\n</details>`;
}

function more(count: number, noun: string): readonly string[] {
  return count <= 0 ? [] : [`- … and ${count} more ${noun}${count === 1 ? '' : 's'}`];
}

function controls(changes: readonly { readonly transform: string }[], dropped: readonly string[]): string {
  const names = [...new Set([...changes.map(({ transform }) => transform), ...dropped])].sort();
  const boxes = names.map((name) => {
    return `- [${dropped.includes(name) ? 'x' : ' '}] <!-- dfix-drop:${name} -->Leave out ${code(name)}`;
  });
  return [
    '- [ ] <!-- dfix-rebase -->Rebase this pull request; commits of others on its branch are lost',
    ...boxes,
  ].join('\n');
}
