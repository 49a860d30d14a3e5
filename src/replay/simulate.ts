import { createHash } from 'node:crypto';
import { onceFor } from '../once.js';
import type { ContextView } from './context-view.js';
import type { BuildPlan, Read, Step } from './plan.js';
import { type Part, traceContent } from './trace.js';

/** The steps that one build runs, by the index of their instruction; all others come from the cache. */
export interface Rebuilt {
  /** Certainly run. */
  readonly lower: ReadonlySet<number>;
  /** Run when every step that runs again gives another output than any time before; holds all of `lower`. */
  readonly upper: ReadonlySet<number>;
  /** Steps whose own definition or content read may be another than in the build before; others run for what is above. */
  readonly own: ReadonlySet<number>;
}

/** A build cache that nothing is ever dropped from. */
export interface Cache {
  /** Builds once: says what is run, and keeps it. */
  build(plan: BuildPlan, context: ContextView): Rebuilt;
}

type Bound = 'lower' | 'upper';

/**
 * BuildKit's cache rules. A step's key is made of its definition, the key of the step before it, and the content of what
 * it reads from the context and from other stages. Where the content of a stage is not known because a step of it ran
 * again, two keys are kept: one as if the outputs were always equal (the lower bound), one as if they always differed.
 */
export function emptyCache(): Cache {
  const known = { lower: new Set<string>(), upper: new Set<string>() };
  const traced = onceFor((read: Read & { from: 'stage' }, plan: BuildPlan): readonly Part[] =>
    traceContent(plan, read.stage, read.path),
  );
  const lastRead = new Map<number, string>();
  const own = new Set<number>();
  const run = (plan: BuildPlan, context: ContextView, bound: Bound): ReadonlySet<number> => {
    const rebuilt = new Set<number>();
    const ends = new Map<number, string>();
    const chains = new Map<Step, string>();
    const partOf = (part: Part): readonly string[] => {
      if (part.kind === 'step') return bound === 'upper' ? [chains.get(part.step)!] : [];
      return bound === 'upper' || part.certain ? [context.content(part.selector)] : [];
    };
    const contentOf = (read: Read): readonly string[] =>
      read.from === 'context' ? [context.content(read.selector)] : traced(read, plan).flatMap(partOf);
    for (const { stage, parent, image, steps } of plan.stages) {
      let chain = parent === undefined ? hash(['image', image, stage.platform ?? '']) : ends.get(parent)!;
      for (const step of steps) {
        // An engine that cannot merge layers (its image store is not containerd's) takes --link for nothing.
        const alone = step.linked && bound === 'lower';
        const { index } = step.instruction;
        const read = hash([step.definition(), ...step.reads.map((one) => contentOf(one).join())]);
        const key = hash([read, alone ? '' : chain]);
        if (!known[bound].has(key)) {
          known[bound].add(key);
          rebuilt.add(index);
        }
        if (bound === 'upper') {
          if (lastRead.get(index) !== read) own.add(index);
          lastRead.set(index, read);
        }
        chain = alone ? hash([chain, key]) : key;
        chains.set(step, chain);
      }
      ends.set(stage.index, chain);
    }
    return rebuilt;
  };
  return {
    build: (plan, context) => {
      own.clear();
      const [lower, upper] = [run(plan, context, 'lower'), run(plan, context, 'upper')];
      return { lower, upper, own: new Set(own) };
    },
  };
}

function hash(parts: readonly string[]): string {
  return createHash('sha1').update(parts.join('\0')).digest('base64');
}
