import { cleanPath, joinPath, resolveInContext } from '../project/paths.js';

export type BuildField = 'dockerfile' | 'context' | 'target' | 'buildArgs';
export type BuildKind = 'compose' | 'bake' | 'workflow' | 'gitlab' | 'makefile' | 'shell';

/** What runs a build; `legacy` is Docker's builder from before BuildKit. */
export type Builder = 'buildkit' | 'legacy' | 'kaniko' | 'buildah' | 'podman';

/** One place in a repository that builds a Dockerfile. Paths are relative to the repository's root, `""` is the root. */
export interface BuildUse {
  /** `compose.yaml:12` */
  readonly source: string;
  readonly kind: BuildKind;
  /** Undefined when it is written inline, or not known. */
  readonly dockerfile: string | undefined;
  /** Undefined when it is not known. */
  readonly context: string | undefined;
  /** The stage that is built; undefined is the default, the last one, unless `variable` holds `target`. */
  readonly target: string | undefined;
  /** A value is null when it comes from outside or is computed. */
  readonly buildArgs: Readonly<Record<string, string | null>>;
  readonly builder: Builder;
  /** The text of compose's `dockerfile_inline` or bake's `dockerfile-inline`. */
  readonly inline?: string;
  /** What may be something else than it says here, or is not known: it hangs on a variable. */
  readonly variable: readonly BuildField[];
}

/** A file that could not be read as what its name says. */
export interface DiscoveryNote {
  readonly source: string;
  readonly message: string;
}

/** A text that may hang on variables. */
export interface Value {
  /** Undefined when it cannot be known. */
  readonly text: string | undefined;
  /** False when a variable could make it something else. */
  readonly sure: boolean;
}

export const UNKNOWN: Value = { text: undefined, sure: false };

/** The value of a constant. */
export function constant(text: string): Value {
  return { text, sure: true };
}

/** Stands at the front of a path for the repository's root. */
export const ROOT_MARK = '\u0000';

/** A build as it is written; what is undefined was not said. */
export interface WrittenBuild {
  readonly source: string;
  readonly kind: BuildKind;
  /** The folder that paths start from; undefined when it is not known. */
  readonly folder: string | undefined;
  /** What a relative Dockerfile path starts from. */
  readonly dockerfileFrom: 'folder' | 'context';
  readonly context?: Value | undefined;
  readonly dockerfile?: Value | undefined;
  readonly target?: Value | undefined;
  readonly buildArgs?: ReadonlyMap<string, Value>;
  readonly inline?: string | undefined;
  /** BuildKit unless it says otherwise. */
  readonly builder?: Builder | undefined;
  /** File names to look for where no Dockerfile is named. */
  readonly defaultNames?: readonly string[];
  /** More fields that a variable may set: `docker build $FLAGS .` */
  readonly variable?: readonly BuildField[];
}

/** What the build means for the repository; undefined when it builds something from elsewhere. */
export function toUse(build: WrittenBuild, exists: (path: string) => boolean): BuildUse | undefined {
  const { source, kind, folder, inline } = build;
  const written = build.context ?? constant('.');
  if (written.text !== undefined && isRemote(written.text)) return undefined;
  const context = resolvePath(folder, written.text);
  const dockerfile = inline === undefined ? dockerfileOf(build, context, exists) : undefined;
  const buildArgs = [...(build.buildArgs ?? [])].map(([name, value]) => [name, value.text ?? null] as const);
  const unsure: Record<BuildField, boolean> = {
    dockerfile: inline === undefined && (dockerfile === undefined || build.dockerfile?.sure === false),
    context: context === undefined || !written.sure,
    target: build.target?.sure === false,
    buildArgs: [...(build.buildArgs ?? [])].some(([, value]) => !value.sure),
  };
  if (build.dockerfile === undefined && !written.sure && inline === undefined) unsure.dockerfile = true;
  for (const field of build.variable ?? []) unsure[field] = true;
  return {
    source,
    kind,
    dockerfile,
    context,
    target: build.target?.text === '' ? undefined : build.target?.text,
    buildArgs: Object.fromEntries(buildArgs),
    builder: build.builder ?? 'buildkit',
    ...(inline === undefined ? {} : { inline }),
    variable: FIELDS.filter((field) => unsure[field]),
  };
}

const FIELDS: readonly BuildField[] = ['dockerfile', 'context', 'target', 'buildArgs'];

function dockerfileOf(
  { folder, dockerfileFrom, dockerfile, defaultNames = ['Dockerfile', 'dockerfile'] }: WrittenBuild,
  context: string | undefined,
  exists: (path: string) => boolean,
): string | undefined {
  if (dockerfile !== undefined) return resolvePath(dockerfileFrom === 'folder' ? folder : context, dockerfile.text);
  if (context === undefined) return undefined;
  const paths = defaultNames.map((name) => joinPath(context, name));
  return paths.find((path) => exists(path)) ?? paths[0];
}

/** A path from a folder of the repository; undefined where it leaves the repository or is not known. */
export function resolvePath(folder: string | undefined, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (path.startsWith(ROOT_MARK)) return resolveInContext('', `./${path.slice(1)}`);
  if (folder === undefined || path.startsWith('~')) return undefined;
  return resolveInContext(folder, cleanPath(path) === '' ? '.' : path);
}

function isRemote(context: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/|docker-image:|oci-layout:|target:|service:)/i.test(context);
}
