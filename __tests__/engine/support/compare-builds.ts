/** Whether a step of a plain progress log was taken from the cache; undefined when there is no such step. */
export function isCached(log: string, step: string): boolean | undefined {
  const id = log.split('\n').flatMap((line) => {
    const found = /^#(\d+) \[[^\]]*\] (.*)$/.exec(line);
    return found?.[2]?.startsWith(step) === true ? [found[1]!] : [];
  })[0];
  return id === undefined ? undefined : new RegExp(`^#${id} CACHED$`, 'm').test(log);
}

type Tree = ReadonlyMap<string, string>;

/** The paths at which two trees differ, those that each build writes anew left out. */
export function differingPaths(a: Tree, b: Tree, noise: RegExp): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path) && !noise.test(path));
}
