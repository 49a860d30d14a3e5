import type { Layer } from './layers.js';

/** What a comparison looks at in one entry of an image's file tree; times are never looked at. */
export interface TreeEntry {
  readonly type: 'file' | 'directory' | 'link' | 'device' | 'fifo';
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Where a symbolic link leads, as written. */
  readonly link?: string;
  /** Major and minor number of a device. */
  readonly device?: string;
  /** Extended attributes, such as capabilities, by name; hex. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Lower-case hex digest of the content; files only. */
  readonly sha256?: string;
  /** What a program asks of the loader; programs and libraries in the ELF format only. */
  readonly elf?: Elf;
  /** The text, where the comparison reads it: scripts' heads and package lists. */
  readonly text?: string;
}

/** What an ELF file asks of the loader. */
export interface Elf {
  readonly interpreter: string | undefined;
  readonly needed: readonly string[];
  readonly runPaths: readonly string[];
}

/** The files of an image by absolute path without a final slash. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** The configuration of an image: a field's name, as `docker inspect` writes it, and its value. */
export type ImageConfig = Readonly<Record<string, unknown>>;

/** An image as it is compared. */
export interface Image {
  readonly config: ImageConfig;
  readonly tree: Tree;
  /** Sum of the layers, bytes, as the engine says. */
  readonly size: number;
  readonly layers: number;
  /** Those that hold something, oldest first; empty where the engine does not tell. */
  readonly layerSizes: readonly Layer[];
}

/** Something that two images, or two runs, differ in. */
export interface Difference {
  readonly kind: 'config' | 'file' | 'package' | 'closure' | 'behaviour' | 'build';
  readonly effect: 'added' | 'removed' | 'changed';
  /** The field, the path, the package, or what was run. */
  readonly what: string;
  /** What is different, for a person: `mode 755 -> 644`. */
  readonly detail: string;
}

/** A difference and the change that announced it. */
export interface Announced extends Difference {
  readonly by: string;
}

/** One step of a build. */
export interface Step {
  readonly name: string;
  readonly cached: boolean;
  readonly seconds: number;
}

/** What a build came to. */
export interface Build {
  readonly tag: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly steps: readonly Step[];
  /** The last lines of the log of a build that failed. */
  readonly failure: string;
}

/** What a container did. */
export interface Run {
  /** What was run: `command`, or the smoke command. */
  readonly what: string;
  /** Undefined: still running when the time was up. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Set when the engine could not start it. */
  readonly problem?: string;
  readonly ready?: boolean;
  /** Declared ports that were open when it was ready, lowest first. */
  readonly open?: readonly number[];
  readonly answers: readonly Answer[];
}

/** What a container answered to a request over HTTP; a status of 0 stands for no answer. */
export interface Answer {
  readonly path: string;
  readonly status: number;
  readonly body: string;
}
