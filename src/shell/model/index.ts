import { apk } from './apk.js';
import { apt } from './apt.js';
import { archives } from './archives.js';
import { beam } from './beam.js';
import { checksAndSites } from './checks-and-sites.js';
import { compilers } from './compilers.js';
import { conda } from './conda.js';
import { crypto } from './crypto.js';
import { dotnet } from './dotnet.js';
import { dpkg } from './dpkg.js';
import { fileTools } from './file-tools.js';
import { go } from './go.js';
import { java } from './java.js';
import { makeTools } from './make.js';
import { nodeTools } from './node-tools.js';
import { npm } from './npm.js';
import { pacman } from './pacman.js';
import { php } from './php.js';
import { pip } from './pip.js';
import { pnpm } from './pnpm.js';
import { programFile, programs } from './programs.js';
import { python } from './python.js';
import { ruby } from './ruby.js';
import { rust } from './rust.js';
import { shellWords } from './shell-words.js';
import { system } from './system.js';
import { textTools } from './text-tools.js';
import { transfer } from './transfer.js';
import type { ToolModel } from './types.js';
import { users } from './users.js';
import { vcs } from './vcs.js';
import { yarn } from './yarn.js';
import { yum } from './yum.js';
import { zypper } from './zypper.js';

/** Every modelled tool. */
export const tools: readonly ToolModel[] = [
  ...[apt, dpkg, apk, yum, zypper, pacman],
  ...[npm, yarn, pnpm, nodeTools, pip, python, conda, ruby, php],
  ...[go, rust, java, dotnet, beam, makeTools, compilers, checksAndSites],
  ...[vcs, transfer, archives, fileTools, textTools, shellWords],
  ...[users, system, crypto, programs],
].flat();

const byName = new Map(tools.flatMap((tool) => tool.names.map((name) => [name, tool] as const)));

/** Folders whose programs are the system's own. */
const SYSTEM_FOLDER = /^\/(usr\/(local\/)?)?s?bin$/;
/** Tools that a project carries in its own folder. */
const PROJECT_PROGRAM =
  /^(gradlew|mvnw|configure|autogen\.sh|bootstrap|bootstrap\.sh|b2|waf|composer\.phar|rebar3?|get-pip\.py)$/;

/** The model of a tool by its program name (without folder); undefined when it is not modelled. */
export function toolNamed(name: string): ToolModel | undefined {
  return byName.get(name);
}

/**
 * The model of a program by folder and name: outside the system's folders a program of the same name may be another,
 * unless the tool is one that usually stands elsewhere. A program file that no model knows is known to run unseen code.
 */
export function toolAt(folder: string | undefined, name: string): ToolModel | undefined {
  const model = byName.get(name);
  if (folder === undefined) return model ?? (/\.(sh|bash|py|pl|rb|run)$/.test(name) ? programFile : undefined);
  if (model === undefined) return SYSTEM_FOLDER.test(folder) ? undefined : programFile;
  if (SYSTEM_FOLDER.test(folder)) return model;
  if (model.elsewhere !== true) return programFile;
  return PROJECT_PROGRAM.test(name) || /(^|\/)\.?s?bin$/.test(folder) ? model : programFile;
}
