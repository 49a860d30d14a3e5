import type { Build, Image, Run } from './types.js';

/** One build that the proof asks for. */
export interface BuildRequest {
  /** For progress: `the rewrite, cold`. */
  readonly label: string;
  readonly dockerfile: string;
  /** The ignore file that goes with it. */
  readonly ignore: string | undefined;
  readonly noCache: boolean;
  /** `own`: the user's folder. `copy`: the copy in which files are touched. */
  readonly context: 'own' | 'copy';
}

/** What is run in an image. */
export interface RunRequest {
  readonly label: string;
  /** Undefined: the declared command. */
  readonly smoke: string | undefined;
  readonly http: readonly string[];
  readonly ready: string | undefined;
  /** How long a container may run, seconds. */
  readonly timeout: number;
  /** Ports that the image declares, lowest first. */
  readonly ports: readonly number[];
}

/** What the proof needs of the world: builds, images, containers, a copy of the context. */
export interface Workbench {
  build(request: BuildRequest): Promise<Build>;
  image(tag: string): Promise<Image>;
  run(tag: string, request: RunRequest): Promise<Run>;
  /**
   * Changes a file of the copied context a little, so that a build sees another content.
   * @returns the file, or why it cannot be done
   */
  touch(kind: 'source' | 'manifest'): Promise<{ readonly path: string } | { readonly why: string }>;
}
