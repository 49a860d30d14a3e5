import { relationTo } from '../../src/cache-mounts/index.js';
import {
  type Edit,
  type Instruction,
  mountsOf,
  sourceStage,
  type Stage,
  toSourceSpan,
} from '../../src/dockerfile/index.js';
import { type Facts, joinPath, resolvePath } from '../../src/facts/index.js';

/** Where programs are put that a mounted target folder would keep out of the image. */
export const OUT = '/usr/local/bin';

interface Artefact {
  readonly path: string;
  readonly edit: Edit;
}

/** The files that later stages copy out of the target folder, each with the edit that makes its COPY read the copy. */
export function artefactsOf(facts: Facts, stage: Stage, target: string): readonly Artefact[] | string {
  const { file } = facts;
  const heirs = facts.heirs(stage);
  const isHeir = (user: Stage, from: string | undefined): boolean => {
    const source = from === undefined ? undefined : sourceStage(file.stages, user, from);
    return source !== undefined && heirs.includes(source);
  };
  const artefacts: Artefact[] = [];
  for (const user of file.stages) {
    for (const instruction of user.instructions) {
      const mount =
        instruction.keyword === 'RUN' ? mountsOf(instruction).find(({ from }) => isHeir(user, from)) : undefined;
      if (mount !== undefined && relationTo(joinPath('/', mount.source ?? '/'), target) !== 'none')
        return `line ${instruction.lines.first} mounts ${mount.source ?? '/'} out of this stage`;
      if (instruction.keyword !== 'COPY') continue;
      if (!isHeir(user, instruction.flags.find(({ name }) => name === 'from')?.value)) continue;
      const named = instruction.json?.find(({ value }) => relationTo(value, target) !== 'none');
      if (named !== undefined) return `line ${instruction.lines.first} copies ${named.value} in JSON form`;
      for (const word of instruction.json === undefined ? words(instruction) : []) {
        const path = resolvePath(word.text, { cwd: '/', home: undefined });
        const relation = path === undefined || word.text.includes('$') ? 'above' : relationTo(path, target);
        if (relation === 'none') continue;
        if (relation !== 'within' || /[*?[]/.test(word.text) || !isProgram(path!)) {
          return `line ${instruction.lines.first} copies ${word.text}, which is not one program`;
        }
        artefacts.push({
          path: path!,
          edit: {
            span: toSourceSpan(instruction.logical, word.span),
            text: `${OUT}/${path!.slice(path!.lastIndexOf('/') + 1)}`,
          },
        });
      }
    }
  }
  return artefacts;
}

/** Whether a path in a target folder is that of a program, not of one of Cargo's own folders. */
function isProgram(path: string): boolean {
  const name = /\/(?:release|debug)\/([^/]+)$/.exec(path)?.[1];
  return name !== undefined && !['build', 'deps', 'examples', 'incremental'].includes(name);
}

/** The source words of a COPY in shell form; none of one in JSON form. */
function words(instruction: Instruction) {
  const { start, end } = instruction.args;
  const found = [...instruction.logical.text.slice(start, end).matchAll(/\S+/g)].map(({ 0: text, index }) => ({
    text,
    span: { start: start + index, end: start + index + text.length },
  }));
  return found.slice(0, -1);
}
