import type { Dockerfile, Instruction } from '../dockerfile/index.js';
import type { AnyTransform, DirectiveProblem } from './types.js';

/** What the comments of a file ask to leave alone. */
export interface Directives {
  /** `# dfix-ignore-file` with a reason: the whole file. */
  readonly wholeFile: boolean;
  /** Whether changes of a transform to an instruction are ruled out; marks the comment as used. */
  ignores(transform: AnyTransform, instruction: Instruction): boolean;
  /** Reasonless, unknown and, after a run, unused comments. */
  problems(): readonly DirectiveProblem[];
}

interface Ignore {
  readonly line: number;
  /** Lower-case names of transforms, or of other tools' rules; `all` stands for every one. */
  readonly names: ReadonlySet<string>;
  /** The instruction below the comment; undefined for the whole file. */
  readonly instruction: number | undefined;
  /** Our own comment, which must be used and have a reason. */
  readonly own: boolean;
  readonly text: string;
}

const OWN = /^#\s*dfix-ignore\s+([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)(?:\s+(\S.*))?$/i;
const OWN_FILE = /^#\s*dfix-ignore-file\b(?:\s+(\S.*))?$/i;
const OTHERS = /^#\s*(?:(?:hadolint|tally)\s+(global\s+)?ignore|check)\s*=(.*)$/i;

/**
 * Reads `# dfix-ignore NAME[,NAME] reason`, `# dfix-ignore-file reason`, and the ignore comments of hadolint, tally and BuildKit.
 * @param used collects the comments that ruled something out, by text: it outlives the texts of one run.
 * @param otherNames transforms that do not run: comments that name them are neither wrong nor unused.
 */
export function readDirectives(
  file: Dockerfile,
  transforms: readonly AnyTransform[],
  used: Set<string> = new Set(),
  otherNames: readonly string[] = [],
): Directives {
  const ignores: Ignore[] = [];
  const problems: DirectiveProblem[] = [];
  const isTransform = (name: string): boolean => transforms.some(({ meta }) => meta.name === name);
  let wholeFile = false;
  for (const { span, inside } of file.comments) {
    const text = file.slice(span).trimEnd();
    if (!/ignore|check/i.test(text)) continue;
    const { line } = file.position(span.start);
    const below = inside ?? file.instructions.find((instruction) => instruction.span.start > span.start)?.index;
    const whole = OWN_FILE.exec(text);
    if (whole !== null) {
      wholeFile = true;
      if (whole[1] === undefined) problems.push({ line, message: 'dfix-ignore-file needs a reason after it' });
      continue;
    }
    const own = OWN.exec(text);
    if (own !== null) {
      const listed = own[1]!
        .toLowerCase()
        .split(',')
        .map((name) => name.trim());
      if (own[2] === undefined)
        problems.push({ line, message: `dfix-ignore ${own[1]!} needs a reason after the name` });
      for (const name of listed) {
        if (name !== 'all' && !isTransform(name) && !otherNames.includes(name))
          problems.push({ line, message: `dfix-ignore names no transform: ${name}` });
      }
      ignores.push({ line, names: new Set(listed), instruction: below, own: true, text });
      continue;
    }
    const other = OTHERS.exec(text);
    if (other === null) continue;
    const check = /^#\s*check/i.test(text);
    const parts = other[2]!.split(';').map((part) => part.trim());
    const list = check ? (parts.find((part) => /^skip=/i.test(part))?.slice('skip='.length) ?? '') : parts[0]!;
    const global = other[1] !== undefined || check;
    ignores.push({
      line,
      names: new Set(
        list
          .toLowerCase()
          .split(/[\s,]+/)
          .filter((name) => name !== ''),
      ),
      instruction: global ? undefined : below,
      own: false,
      text,
    });
  }
  return {
    wholeFile,
    ignores: (transform, instruction) => {
      let ruledOut = false;
      for (const ignore of ignores) {
        if (ignore.instruction !== undefined && ignore.instruction !== instruction.index) continue;
        if (!matches(ignore, transform)) continue;
        used.add(ignore.text);
        ruledOut = true;
      }
      return ruledOut;
    },
    problems: () => [
      ...problems,
      ...ignores
        .filter(
          ({ own, text, names: listed }) =>
            own && !used.has(text) && [...listed].every((name) => name === 'all' || isTransform(name)),
        )
        .map(({ line }) => ({ line, message: 'this dfix-ignore rules nothing out; remove it' })),
    ],
  };
}

function matches(ignore: Ignore, { meta }: AnyTransform): boolean {
  if (ignore.own) return ignore.names.has('all') || ignore.names.has(meta.name);
  return meta.sameAs.some((rule) => ignore.names.has(rule.toLowerCase()));
}
