import { isPrivate } from '../../src/facts/index.js';

/** Folders of the system, and those that well-known images fill. */
const SYSTEM =
  /^\/(?:$|(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var|go|data|config|docker-entrypoint[\w.-]*)(?:\/|$))/;

/** Whether neither base images nor packages have anything in a folder. */
export function isOwnFolder(folder: string, packages: readonly string[] = []): boolean {
  return folder === '/srv' || !SYSTEM.test(folder) || isPrivate(`${folder}/**`, packages);
}
