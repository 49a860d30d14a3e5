import type { ManifestFacts, VersionFact } from '../../src/project/manifests/facts.js';
import type { ProjectFacts } from '../../src/project/project.js';

/** What a project says of the version of an image: one that it pins, or why there is none to take. */
export type Pin =
  { readonly version: string; readonly from: string; readonly note: string } | { readonly reason: string };

interface Versioned extends ManifestFacts {
  readonly versions: readonly VersionFact[];
}

interface Source {
  readonly projects: (project: ProjectFacts) => readonly Versioned[];
  /** The version that a fact pins exactly; undefined for ranges, minimums and names of channels. */
  readonly exact: (fact: VersionFact) => string | undefined;
  /** What a pin of this kind means, when it is less than an exact one. */
  readonly note?: (fact: VersionFact) => string | undefined;
  /** Facts to go by only where no other pins a version. */
  readonly second?: (fact: VersionFact) => boolean;
}

const plain = (value: string): string | undefined => /^v?(\d+(?:\.\d+){0,2})$/.exec(value)?.[1];
const equal = (value: string): string | undefined => /^={0,2}\s*(\d+(?:\.\d+){1,2})(?:\.\*)?$/.exec(value)?.[1];
const isRange = ({ from }: VersionFact): boolean => / (?:engines\.|project\.requires|tool\.poetry)/.test(from);

const sources: Readonly<Record<string, Source>> = {
  golang: {
    projects: ({ go }) => go,
    exact: ({ value, from }) => {
      const version = /^(?:go)?(\d+\.\d+(?:\.\d+|rc\d+|beta\d+)?)$/.exec(value)?.[1];
      // The go line is a minimum: a later patch release of it is as good, and safer.
      return from.endsWith(' go') ? version?.replace(/(\.\d+)\.\d+$/, '$1') : version;
    },
    second: ({ from }) => from.endsWith(' go'),
    note: ({ from }) =>
      from.endsWith(' go') ? 'the go line is the oldest version that the module is written for' : undefined,
  },
  node: {
    projects: ({ node }) => node,
    exact: (fact) => (isRange(fact) ? undefined : (plain(fact.value) ?? /^lts\/([a-z]+)$/.exec(fact.value)?.[1])),
  },
  python: {
    projects: ({ python }) => python,
    exact: (fact) => (isRange(fact) ? (/^==/.test(fact.value) ? equal(fact.value) : undefined) : plain(fact.value)),
    second: isRange,
  },
  ruby: {
    projects: ({ ruby }) => ruby,
    exact: ({ value }) => /^(\d+\.\d+(?:\.\d+)?)$/.exec(value)?.[1],
    second: ({ from }) => from.endsWith(' ruby'),
  },
  rust: {
    projects: ({ cargo }) => cargo,
    exact: ({ value, from }) => (from.includes('Cargo.toml') ? undefined : plain(value)),
  },
};

/** Whether versions of this image are ever read from a project. */
export function hasSource(image: string): boolean {
  return Object.hasOwn(sources, image);
}

/** The version of an image that the project pins. */
export function pinOf(image: string, project: ProjectFacts): Pin {
  const source = sources[image];
  if (source === undefined)
    return { reason: `nothing in a project says which version of ${image} it wants: name one in the tag` };
  const all = source.projects(project);
  const root = all.filter(({ folder }) => folder === '');
  const facts = (root.length > 0 ? root : all).flatMap(({ versions }) => versions);
  if (facts.length === 0)
    return { reason: `nothing in the project says which version of ${image} it wants: name one in the tag` };
  const pinned = facts.flatMap((fact) => {
    const version = source.exact(fact);
    return version === undefined ? [] : [{ fact, version, second: source.second?.(fact) === true }];
  });
  if (pinned.length === 0) {
    const { value, from } = facts[0]!;
    return {
      reason: `${from} asks for ${value}, which is no exact version: taking its lowest would go back to an older one`,
    };
  }
  const firsts = pinned.filter(({ second }) => !second);
  const chosen = firsts.length > 0 ? firsts : pinned;
  const [first] = chosen;
  const other = chosen.find(({ version }) => version !== first!.version);
  if (other !== undefined)
    return { reason: `${first!.fact.from} says ${first!.version} and ${other.fact.from} says ${other.version}` };
  const { fact, version } = first!;
  return { version, from: fact.from, note: source.note?.(fact) ?? `${fact.from} pins ${fact.value}` };
}
