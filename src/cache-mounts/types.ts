import type { Invocation } from '../shell/index.js';
import type { Facts, State } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';
import type { Level } from '../transform/types.js';

/** What moves a cache folder away from its default; the first that is set wins. */
interface Mover {
  readonly environment?: string;
  /** A command-line option whose value is the folder. */
  readonly option?: string;
  /** Appended to the value: XDG_CACHE_HOME + `/pip`. */
  readonly append?: string;
  /** An image may set it to what the folder's path is anyway. */
  readonly byImages?: boolean;
  /** The variable holds several folders, of which the first counts. */
  readonly list?: boolean;
}

/** Stands for a version in `append` and is found out by a manager's `version`. */
export const VERSION = '{version}';

export interface CacheFolder {
  /** Part of the mount's id: `npm`, `apt-lists`. */
  readonly name: string;
  /** Absolute, below HOME (`~/.npm`) or below the directory that the command runs in (`./target`). */
  readonly path: string;
  readonly movers: readonly Mover[];
  /** The path in official images that keep the folder elsewhere, by image name. */
  readonly inImages?: Readonly<Record<string, string>>;
  /** Programs that use this folder, when not all of the manager's do. */
  readonly tools?: RegExp;
}

/** Commands around the body of a RUN that make the cache work; they undo themselves. */
export interface Wrapping {
  readonly before?: string;
  readonly after: string;
  readonly why: string;
}

/** A package manager's cache as data. Sources stand beside the tables that use this. */
export interface CacheManager {
  readonly name: string;
  /** What people call it in a sentence: "npm", "apt". */
  readonly label: string;
  /** Program names. */
  readonly tools: RegExp;
  /** Subcommands that put something into the cache. */
  readonly fills: RegExp;
  /** Other subcommands that read it. */
  readonly readers?: RegExp;
  readonly folders: readonly CacheFolder[];
  /** What stands for VERSION in a folder's path, by the reference of the base image. */
  readonly version?: (image: string) => string | undefined;
  /** What in a file shows that the folder around the manager's own holds nothing else, so that removing it is a clean-up. */
  readonly alone?: RegExp;
  /** `shared` unless the manager cannot stand two writers. */
  readonly locked?: boolean;
  /** The cache holds things that only fit one distribution release, so its id names it. */
  readonly perDistribution?: boolean;
  /** Later steps need what is in the folder, so all that may read it get the mount, or none does. */
  readonly needed?: boolean;
  /** Programs that run the manager when the container runs: file watchers that rebuild. */
  readonly runners?: RegExp;
  /** Nothing in a running container reads the folder, whatever it starts. */
  readonly buildOnly?: boolean;
  /** Its preparation sees to what is copied out of the folder (rule R2). */
  readonly handlesCopies?: boolean;
  /** Works only as root, whatever the image: using it proves the user. */
  readonly rootOnly?: boolean;
  /** Options that turn the cache off; they go when the mount comes. */
  readonly disablingOptions?: readonly string[];
  /** Environment that turns the cache off; when it is set the RUN is left alone. */
  readonly disablingEnvironment?: readonly string[];
  /** Of those variables, the ones that an inline value takes back. */
  readonly enabling?: Readonly<Record<string, string>>;
  /** Options by which a command takes everything from the folder and nothing from the network. */
  readonly offline?: RegExp;
  /** Variables that do the same, and the values that do. */
  readonly offlineEnvironment?: Readonly<Record<string, RegExp>>;
  /** `subcommand operands options` of commands that empty the cache; they go when the mount comes. */
  readonly cleaners?: RegExp;
  /** Files that may move the cache folder or turn it off, and what in them does. */
  readonly configFiles?: readonly { readonly name: RegExp; readonly setting: RegExp }[];
  /** Commands that move the cache folder for good: `npm config set cache`. */
  readonly configures?: RegExp;
  /** The variable that moves the folder: set inline for users other than root, and where `pin` asks for it. */
  readonly variable?: string;
  /** The default folder differs between set-ups, so the variable is set inline. */
  readonly pin?: boolean;
  /** Other inline environment that the manager needs to work well with a mounted cache. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The most that a change may claim where the table is not proven by builds. */
  readonly level?: Level;
  /** Whether a file and its project use the manager at all, where its programs do not tell. */
  readonly applies?: (facts: Facts, project: ProjectFacts | undefined) => boolean;
  /** Reason why an invocation is no use of the cache, or undefined. */
  readonly skip?: (invocation: Invocation, state: State) => string | undefined;
  /** Whether the reasons of `skip` are worth telling: the command does fill a cache, elsewhere. */
  readonly tellsSkips?: boolean;
}
