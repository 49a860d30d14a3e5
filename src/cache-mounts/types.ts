import type { Invocation } from '../shell/index.js';
import type { State } from '../facts/index.js';

/** What moves a cache folder away from its default; the first that is set wins. */
export interface Mover {
  readonly environment?: string;
  /** A command-line option whose value is the folder. */
  readonly option?: string;
  /** Appended to the value: XDG_CACHE_HOME + `/pip`. */
  readonly append?: string;
}

export interface CacheFolder {
  /** Part of the mount's id: `npm`, `apt-lists`. */
  readonly name: string;
  /** Absolute, or below HOME (`~/.npm`). */
  readonly path: string;
  readonly movers: readonly Mover[];
}

/** Commands around the body of a RUN that make the cache work; they undo themselves. */
export interface Wrapping {
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

/** A package manager's cache as data. Sources stand beside the tables that use this. */
export interface CacheManager {
  readonly name: string;
  /** What people call it in a sentence: "npm", "apt". */
  readonly label: string;
  readonly tools: readonly string[];
  /** Subcommands that put something into the cache. */
  readonly fills: readonly string[];
  /** Other subcommands that read it. `*` for all. */
  readonly readers: readonly string[];
  readonly folders: readonly CacheFolder[];
  readonly sharing: 'shared' | 'locked';
  /** The cache holds things that only fit one distribution release, so its id names it. */
  readonly perDistribution: boolean;
  /** Later steps need what is in the folder, so all that may read it get the mount, or none does. */
  readonly needed: boolean;
  /** Works only as root, whatever the image: using it proves the user. */
  readonly rootOnly: boolean;
  /** Options that turn the cache off; they go when the mount comes. */
  readonly disablingOptions: readonly string[];
  /** Environment that turns the cache off; when it is set the RUN is left alone. */
  readonly disablingEnvironment: readonly string[];
  /** `tool subcommand` of commands that empty the cache; they go when the mount comes. */
  readonly cleaners: readonly string[];
  /** Files that may move the cache folder, and what in them does. */
  readonly configFiles: readonly { readonly name: RegExp; readonly setting: RegExp }[];
  /** Environment variable that moves the folder, for users other than root. */
  readonly movable?: string;
  /** Inline environment that the manager needs to work with a mounted cache. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Reason why an invocation is no use of the cache, or undefined. */
  readonly skip?: (invocation: Invocation, state: State) => string | undefined;
}
