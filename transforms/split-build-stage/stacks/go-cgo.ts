import type { Edit } from '../../../src/dockerfile/index.js';
import type { Evidence } from '../../../src/transform/index.js';
import { type Declined, declined, type RuntimePackage, type Step, type Subject } from '../types.js';
import { nativeLibraries } from './go-native.js';
import { sameAlpine, sameRelease } from './same-release.js';

/** How the programs stand to C. */
interface Cgo {
  readonly edits: readonly Edit[];
  readonly evidence: readonly Evidence[];
  /** The image with the C library that they link to; undefined where they need none of another system. */
  readonly image?: string;
  /** What has the other libraries that they link to. */
  readonly packages?: readonly RuntimePackage[];
}

/** Modules that bring their C sources along and link to the C library alone. */
const BUNDLED = /^github\.com\/(?:mattn\/go-sqlite3|DataDog\/zstd)$/;
/** Build tags by which they link to libraries of the system instead. */
const SYSTEM_TAGS = /libsqlite3|external_libzstd|sqlcipher|sqlite_icu/;

/** Options by which a program needs the system's loader, though it has no C, or its linker. */
const DYNAMIC = /(?:^|\s)--?buildmode[= ]pie\b|-linkmode[= ]external\b/;

/** That no program needs a C library: by CGO_ENABLED=0, by a compiler that is not there, or by what the modules are; or which one. */
export function cgoOf(subject: Subject, builds: readonly Step[]): Cgo | Declined {
  const { base, project, options } = subject;
  const open = builds.filter((step) => step.variable('CGO_ENABLED') !== '0');
  const dynamic = builds.filter(({ invocation: { args }, variable }) =>
    DYNAMIC.test([...args.map((word) => word.value ?? word.text), variable('GOFLAGS') ?? ''].join(' ')),
  );
  if (open.length + dynamic.length === 0)
    return { edits: [], evidence: [{ fact: 'CGO_ENABLED=0 makes a static program' }] };
  const { instruction } = (open[0] ?? dynamic[0])!;
  const modules = project!.go;
  const native = modules.flatMap(({ cgoModules }) => cgoModules);
  const own = modules.flatMap(({ cgoFiles }) => cgoFiles ?? []);
  const unread = modules.some(({ cgoFiles }) => cgoFiles === undefined) ? 'one of more files than are read' : undefined;
  const unknown = native.find((name) => !BUNDLED.test(name)) ?? unread;
  if (unknown !== undefined)
    return declined(`${unknown} needs C, and the library that it would link to is not known`, instruction);
  if (modules.length === 0 || modules.some(({ unreadable }) => unreadable.length > 0) || !project!.complete)
    return declined('whether a module needs C is not known', instruction);
  const checked = open.some(({ invocation }) =>
    invocation.options.some(({ name }) => /^-(?:race|[ma]san)$/.test(name)),
  );
  if (checked) return declined('the program is built to look for races or misuse of memory', instruction);
  const alpine = base!.tag.includes('alpine');
  if (
    dynamic.length + native.length + own.length > 0 ||
    open.some(({ variable }) => variable('CGO_ENABLED') !== undefined)
  )
    return linked(subject, [...open, ...dynamic], native, own);
  if (alpine && /^alpine(?::|$)/.test(options.image))
    return { edits: [], evidence: [{ fact: 'both images are Alpine, with one C library' }] };
  if (open.some(({ start }) => start === undefined))
    return declined('CGO_ENABLED=0 cannot be set in a RUN in JSON form', instruction);
  return {
    edits: [...new Set(open.map(({ start }) => start!))].map((start) => ({
      span: { start, end: start },
      text: 'CGO_ENABLED=0 ',
    })),
    evidence: [{ fact: 'no file of the modules imports "C", and none of their requirements is known to' }],
  };
}

/** The Debian or Alpine of the build stage, for programs that link to its C library and to libraries that are known. */
function linked(
  subject: Subject,
  open: readonly Step[],
  native: readonly string[],
  own: readonly string[],
): Cgo | Declined {
  const { stage } = subject;
  const tagged = open.find(
    ({ invocation, variable }) =>
      invocation.args.some(({ text }) => SYSTEM_TAGS.test(text)) || SYSTEM_TAGS.test(variable('GOFLAGS') ?? ''),
  );
  const flags = open.find(({ variable }) => ['CGO_LDFLAGS', 'CC', 'CXX'].some((name) => variable(name) !== undefined));
  const odd = tagged ?? flags;
  if (odd !== undefined)
    return declined('a tag or a variable may link the program to libraries of the system', odd.instruction);
  const alpine = subject.base!.tag.includes('alpine');
  const same = alpine ? sameAlpine(subject) : sameRelease(subject);
  if ('reason' in same) return same;
  const packages = nativeLibraries(subject, own, alpine ? undefined : same.release, open[0]!);
  if ('reason' in packages) return packages;
  return {
    packages,
    image: alpine ? `alpine:${same.release}` : `debian:${same.release}-slim`,
    edits: same.edits,
    evidence: [
      { fact: same.evidence, span: stage.from.span },
      ...packages.map(({ name, why }) => ({ fact: `${name}: ${why}` })),
      ...(packages.length > 0
        ? []
        : [{ fact: `${native[0] ?? own[0] ?? 'the program'} links to the C library and to nothing else` }]),
    ],
  };
}
