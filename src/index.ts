/** The library: texts and facts in, results out; nothing here touches disk, processes or network. */
import { type AnyTransform, type RunOptions, type RunResult, runTransforms } from './transform/index.js';
import { transforms } from '../transforms/index.js';

export { Dockerfile, DockerfileError, type Edit, type Instruction, type Span, type Stage } from './dockerfile/index.js';
export { type BuildInputs, type Facts, readFacts } from './facts/index.js';
export { type ContextFiles, memoryContext } from './project/context.js';
export { type ProjectFacts, readProject } from './project/project.js';
export * from './transform/index.js';
export { transforms };

export type OptimizeOptions = Partial<RunOptions>;

/**
 * Rewrites a Dockerfile with the transforms that run when nobody names any, or with those given. Changes above
 * `allow` (`review` unless said otherwise) are withheld.
 * @throws DockerfileError when the text is not a Dockerfile.
 */
export function optimize(text: string, options: OptimizeOptions = {}): RunResult {
  return runTransforms(text, { transforms: defaultTransforms(), ...options });
}

function defaultTransforms(): readonly AnyTransform[] {
  return transforms.filter(({ meta }) => meta.preset === 'default');
}
