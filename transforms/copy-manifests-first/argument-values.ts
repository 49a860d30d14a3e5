import { argumentWords } from '../../src/dockerfile/index.js';
import { expandIn, type Facts, readFacts, variable } from '../../src/facts/index.js';
import { filesBelow } from '../../src/project/context.js';
import { cleanPath, folderOf, foldersAbove } from '../../src/project/paths.js';
import { type View, withLines } from '../../src/project/view.js';
import type { FileEdit, Proposal } from '../../src/transform/index.js';
import { NAMED_BY_VARIABLE } from './copies.js';
import { type FilePlan, planFile } from './plan-file.js';

/** A build argument by which COPYs name what they take, and what it may be. */
interface ArgumentValues {
  readonly name: string;
  readonly values: readonly string[];
}

/** More folders than this are not tried. */
const MOST_VALUES = 20;
/** A source with one variable, which stands for whole parts of a path. */
const WORD = /^((?:[\w.@-]+\/)*)\$(?:(\w+)|\{(\w+)\})((?:\/[\w.@*-]+)*\/?)$/;
/** What an install needs to find. */
const MANIFEST =
  /(?:^|\/)(?:package\.json|composer\.json|Gemfile|Cargo\.toml|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|pyproject\.toml|mix\.exs|Pipfile|[\w.-]*requirements[\w.-]*\.txt|[\w.-]+\.(?:[cf]s|vb)proj)$/;

/**
 * What a build may give the one argument that sources of COPYs hang on, as far as the file is built then: folders of the
 * context in which all of these are there, and a manifest. Undefined where no COPY hangs on one, or on more than one.
 */
export function valuesNamed(facts: Facts, view: View): ArgumentValues | undefined {
  const words: { readonly before: string; readonly after: string }[] = [];
  const names = new Set<string>();
  for (const instruction of view.lone ? [] : facts.file.instructions) {
    if (!/^(?:COPY|ADD)$/.test(instruction.keyword) || instruction.heredocs.length > 0) continue;
    if (instruction.flags.some(({ name }) => name === 'from')) continue;
    const state = facts.before(instruction)!;
    for (const word of argumentWords(instruction).slice(0, -1)) {
      if (!expandIn(state, word, facts.file).overridable) continue;
      const [, before = '', bare, braced, after = ''] = WORD.exec(word) ?? [];
      const name = bare ?? braced;
      if (name === undefined || state.env.has(name) || variable(state, name) === undefined) return undefined;
      names.add(name);
      words.push({ before, after });
    }
  }
  const [name, more] = names;
  if (name === undefined || more !== undefined) return undefined;
  const { paths } = view.visible;
  const hasManifest = (folder: string): boolean =>
    filesBelow(paths, folder).some((path) => folderOf(path) === folder && MANIFEST.test(path));
  const values = possible(words, paths).filter((value) => {
    const named = words.map(({ before, after }) => cleanPath(before + value + after));
    const there = named.every(
      (path) => path.includes('*') || path === '' || filesBelow(paths, path).length > 0 || paths.includes(path),
    );
    return there && named.some((path) => MANIFEST.test(path) || hasManifest(path));
  });
  return values.length === 0 || values.length > MOST_VALUES ? undefined : { name, values };
}

/** The folders, by their names behind what stands before the variable. */
function possible(words: readonly { readonly before: string }[], paths: readonly string[]): readonly string[] {
  const before = cleanPath(words[0]!.before);
  const folders = new Set(filesBelow(paths, before).flatMap((path) => foldersAbove(path)));
  return [...folders]
    .filter((folder) => folder !== before && (before === '' || folder.startsWith(`${before}/`)))
    .map((folder) => folder.slice(before === '' ? 0 : before.length + 1))
    .sort();
}

/** The plan that holds whatever the argument names; that of no value where they differ. */
export function planForAll(facts: Facts, view: View, { name, values }: ArgumentValues): FilePlan {
  const { file, inputs } = facts;
  const usual = planFile(facts, facts, view);
  const plans = values.map((value) => {
    const buildArgs = { ...inputs.buildArgs, [name]: value };
    return planFile(facts, readFacts(file, { target: inputs.target, buildArgs }), view);
  });
  // The facts of the run itself are the ones that are kept.
  readFacts(file, inputs);
  const said = plans.map(({ proposals }) => JSON.stringify(proposals.map(({ edits }) => edits)));
  const other = said.findIndex((one) => one !== said[0]);
  if (other >= 0) {
    const { proposals, declines } = usual;
    const reason = `what comes first would not be the same for ${values[0]!} and ${values[other]!}, which ${name} may name`;
    const at = [...plans[0]!.proposals, ...plans[other]!.proposals][0]!.at;
    const others = declines.filter((one) => !one.reason.endsWith(NAMED_BY_VARIABLE));
    return { proposals, declines: [...others, { reason, at }] };
  }
  const fact = `it is the same for each folder that ${name} may name and an install finds its manifest in: ${values.join(', ')}`;
  const proposals = plans[0]!.proposals.map((proposal, index): Proposal => {
    // What has nothing to do with the argument.
    const same = usual.proposals.find((one) => JSON.stringify(one.edits) === JSON.stringify(proposal.edits));
    if (same !== undefined) return same;
    const files = plans.flatMap((plan) => plan.proposals[index]!.files ?? []);
    return {
      ...proposal,
      level: 'review',
      files: files.length === 0 ? [] : [together(files, view)],
      evidence: [...(proposal.evidence ?? []), { fact }],
    };
  });
  return { proposals, declines: plans[0]!.declines };
}

/** One edit of the ignore file with the lines of several. */
function together(edits: readonly FileEdit[], view: View): FileEdit {
  const { path, before } = edits[0]!;
  const old = new Set((before ?? '').split(/\r?\n/));
  const lines = new Set(edits.flatMap(({ after }) => after.split(/\r?\n/).filter((line) => !old.has(line))));
  return { path, before, after: withLines(view, [...lines].filter((line) => line !== '').sort()) };
}
