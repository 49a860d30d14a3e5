import { argumentText, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { copyWords, type Facts, joinPath } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { readCopiedFiles } from '../../src/runtime/index.js';

/** What is known of the files that a program may be. */
export interface Sources {
  readonly facts: Facts;
  readonly project: ProjectFacts | undefined;
  readonly dockerfile: string | undefined;
}

/** Folders whose programs come from packages; those have a `#!` line where they are scripts. */
const PACKAGED = /^\/(?:usr\/)?s?bin\/([^/]+)$/;

/** Why the program may be a script without a `#!` line, which a shell runs and the kernel does not; undefined when it is none. */
export function mayLackInterpreter(sources: Sources, stage: Stage, program: string): string | undefined {
  const { facts } = sources;
  const name = PACKAGED.exec(program)?.[1] ?? program;
  if (hasInterpreter(sources, stage, program)) return undefined;
  if (name.includes('/') || /\.\w+$/.test(name))
    return `${program} may be a script without a #! line, which only a shell can start`;
  const escaped = escapeRegExp(name);
  const copied = new RegExp(`(?:^|[\\s/"'>])${escaped}(?=$|[\\s"',])`);
  const written = writing(escaped);
  for (let at: Stage | undefined = stage; at !== undefined;) {
    const maker = at.instructions.find((one) => {
      const { text } = one.logical;
      if (one.keyword === 'RUN') return written.test(text);
      return (
        (one.keyword === 'COPY' || one.keyword === 'ADD') && (copied.test(text) || bringsFolder(sources, one, name))
      );
    });
    if (maker !== undefined)
      return `${program}, from line ${maker.lines.first}, may be a script without a #! line, which only a shell can start`;
    const parent: number | undefined = facts.parent(at);
    at = parent === undefined ? undefined : facts.file.stages[parent];
  }
  return undefined;
}

/** Folders by their names, where the build context does not tell. */
const FOLDER = /(?:^|\/)(?:s?bin|scripts?|\.?)$/;

/** Whether a folder is copied to where programs are looked for, and the program may be in it. */
function bringsFolder({ facts, project }: Sources, copy: Instruction, name: string): boolean {
  const words = copyWords(facts, copy);
  const isLocal = !copy.flags.some((flag) => flag.name === 'from');
  if (!ON_PATH.test(`${words.at(-1)?.replace(/\/$/, '') ?? ''}/${name}`)) return false;
  if (facts.before(copy)?.image.commands.includes(name) === true) return false;
  return words.slice(0, -1).some((source) => {
    if (source === undefined) return true;
    const folder = joinPath('/', source).slice(1);
    const below = folder === '' ? '' : `${folder}/`;
    if (isLocal && project?.context.paths.some((path) => path.startsWith(below)) === true)
      return project.context.paths.includes(below + name);
    return FOLDER.test(source);
  });
}

/** A command that writes a file of this name. */
function writing(escaped: string): RegExp {
  return new RegExp(`(?:>|-[oO]|\\btee\\b(?: -a)?) *\\S*/${escaped}(?=$|[\\s"';&|])`);
}

/** Whether the program is a file of the project that begins with `#!`, and that no step writes anew. */
function hasInterpreter({ facts, project, dockerfile }: Sources, stage: Stage, program: string): boolean {
  const { workdir } = facts.atEnd(stage);
  const place = program.includes('/') ? (workdir === undefined ? program : joinPath(workdir, program)) : undefined;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const written = writing(escapeRegExp(name));
  for (const one of [...facts.lineage(stage)].reverse()) {
    if (one.instructions.some(({ keyword, logical }) => keyword === 'RUN' && written.test(logical.text))) break;
    const { files, complete } = readCopiedFiles(facts, one, project, dockerfile);
    const found = [...files].filter(
      ([path]) => path === place || (place === undefined && ON_PATH.exec(path)?.[1] === name),
    );
    for (const [, { context, by }] of found) {
      const text = context === undefined ? undefined : project?.context.read(context);
      return text?.startsWith('#!/') === true && (complete || argumentText(by).includes(name));
    }
  }
  return false;
}

const ON_PATH = /^\/(?:usr\/)?(?:local\/)?s?bin\/([^/]+)$/;

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
