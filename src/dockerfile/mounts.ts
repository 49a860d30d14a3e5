import type { Flag } from './flags.js';
import type { Instruction } from './instruction.js';

/** A `--mount` of a RUN; see https://docs.docker.com/reference/dockerfile/#run---mount. */
export interface Mount {
  /** `bind` when not written. */
  readonly type: string;
  /** As written; undefined when missing. Relative ones are below WORKDIR. */
  readonly target: string | undefined;
  readonly id: string | undefined;
  readonly from: string | undefined;
  readonly source: string | undefined;
  readonly options: ReadonlyMap<string, string>;
  readonly flag: Flag;
}

const memo = new WeakMap<Instruction['flags'], readonly Mount[]>();
const NONE: readonly Mount[] = [];

/** The mounts of a RUN. */
export function mountsOf({ flags }: Instruction): readonly Mount[] {
  if (flags.length === 0) return NONE;
  let mounts = memo.get(flags);
  if (mounts === undefined) {
    mounts = flags.filter((flag) => flag.name === 'mount' && flag.value !== undefined).map(readMount);
    memo.set(flags, mounts);
  }
  return mounts;
}

function readMount(flag: Flag): Mount {
  const options = new Map<string, string>();
  for (const field of flag.value!.split(',')) {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
    options.set(key, equals < 0 ? 'true' : field.slice(equals + 1));
  }
  const get = (...names: string[]): string | undefined =>
    names.map((name) => options.get(name)).find((v) => v !== undefined);
  return {
    type: get('type') ?? 'bind',
    target: get('target', 'dst', 'destination'),
    id: get('id'),
    from: get('from'),
    source: get('source', 'src'),
    options,
    flag,
  };
}
