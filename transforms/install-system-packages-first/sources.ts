import { argumentWords, type Instruction, mountsOf, type Stage, sourceStage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { onceForEach } from '../../src/once.js';

/** Settings of tools, which change seldom: nothing is gained by an install above them alone. */
const SETTINGS =
  /(?:^|\/)(?:[\w.-]*\.config\.[cm]?[jt]s|\.[\w-]+rc(?:\.\w+)?|[\w.-]*\.(?:conf|cfg|ini|list|repo|gpg|asc|key|crt|pem)|LICENSE|VERSION)$/;

/** Where package managers look for their settings, sources and certificates: these change seldom, too. */
const SETTINGS_FOLDER =
  /^\/etc\/(?:apt|apk|yum|yum\.repos\.d|dnf|zypp|pacman\.d|pki|ssl)(?:\/|$)|\/(?:ca-certificates|keyrings)(?:\/|$)/;

const REMOTE = /^(?:https?|git|ssh):|^git@/;
/** A name with an extension, without a wildcard. */
const SINGLE_FILE = /(?:^|\/)[^/*?[]+\.[^/*?[.]+$/;

/** Where a COPY takes what changes with the source from, and how often that is: 1 for single files, 2 for folders and stages. */
export interface Source {
  readonly origin: string;
  readonly weight: 1 | 2;
}

/** How many COPYs have a source: few sources stand for all the COPYs of a long file. */
export class SourceCount {
  readonly #counts = new Map<string, { readonly source: Source; count: number }>();

  add(source: Source, count: 1 | -1): void {
    const key = `${source.weight} ${source.origin}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { source, count });
    else known.count += count;
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  every(test: (source: Source) => boolean): boolean {
    return [...this.#counts.values()].every(({ source, count }) => count === 0 || test(source));
  }
}

/** What a COPY or ADD brings that changes with the source: context files, or what a stage makes of them. */
export function sourceOf(facts: Facts, stage: Stage, instruction: Instruction): Source | undefined {
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return undefined;
  if (instruction.heredocs.length > 0) return undefined;
  const from = instruction.flags.find(({ name }) => name === 'from')?.value;
  if (from !== undefined) {
    const source = sourceStage(facts.file.stages, stage, from);
    const takes = source !== undefined && takesSource(facts, source);
    return takes ? { origin: `stage ${source.index}`, weight: 2 } : undefined;
  }
  const words = argumentWords(instruction);
  const sources = words.slice(0, -1).filter((word) => !SETTINGS.test(word) && !REMOTE.test(word));
  if (sources.length === 0 || SETTINGS_FOLDER.test(words.at(-1)!)) return undefined;
  return { origin: 'context', weight: sources.every((word) => SINGLE_FILE.test(word)) ? 1 : 2 };
}

/** What lists dependencies: it changes with each of them, and a tool that is installed below it comes anew each time. */
const MANIFEST =
  /(?:^|\/)(?:package\.json|composer\.json|Gemfile|Cargo\.toml|go\.(?:mod|sum)|pom\.xml|pyproject\.toml|mix\.exs|Pipfile|pubspec\.yaml|shard\.yml|Package\.(?:swift|resolved)|deno\.jsonc?|stack\.yaml|cpanfile|build\.sbt|project\.clj|[\w.-]*[.-]lock(?:\.json|\.yaml|b)?|requirements[\w.-]*\.txt)$/;

/** Whether a COPY brings what lists dependencies. */
export function bringsManifests(instruction: Instruction): boolean {
  const words = argumentWords(instruction);
  return words.slice(0, -1).some((word) => MANIFEST.test(word));
}

/** The first COPY of folders that change with the source, in the stages that a stage is built FROM. */
export function inheritedSource(facts: Facts, stage: Stage): Instruction | undefined {
  return facts
    .lineage(stage)
    .slice(0, -1)
    .flatMap((parent) => parent.instructions.filter((one) => sourceOf(facts, parent, one)?.weight === 2))[0];
}

/** Whether a stage, or one that it is built from or copies from, copies from the context. */
const takesSource = onceForEach((facts: Facts, stage: Stage): boolean => {
  const parent = facts.parent(stage);
  if (parent !== undefined && takesSource(facts, facts.file.stages[parent]!)) return true;
  return stage.instructions.some(
    (instruction) =>
      sourceOf(facts, stage, instruction) !== undefined ||
      (instruction.keyword === 'RUN' && mountsOf(instruction).some(({ type }) => type === 'bind')),
  );
});
