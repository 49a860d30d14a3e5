import type { Run, Use } from '../../src/cache-mounts/index.js';
import type { Edit } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';

export interface Link {
  readonly facts: Facts;
  readonly run: Run;
  readonly use: Use;
  readonly project: ProjectFacts | undefined;
}

interface Stripped {
  readonly edit: Edit;
  readonly fact: string;
  /** Where the image holds what changes, as far as it is known. */
  readonly paths: readonly string[];
}

/** A compiler or build tool that can leave symbols out while it links. */
export interface Toolchain {
  links(use: Use): boolean;
  /** Undefined when the symbols are left out already; a reason when they stay. */
  strip(link: Link): Stripped | string | undefined;
}
