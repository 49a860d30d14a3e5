/** The scripts of a package.json that running one of them runs, itself first: those before and after it, and those that it names. */
export function scriptsRun(scripts: ReadonlyMap<string, string>, name: string): readonly string[] {
  const run = new Set([name, `pre${name}`, `post${name}`].filter((one) => scripts.has(one)));
  for (const one of run) for (const word of scripts.get(one)!.split(/[^\w:.-]+/)) if (scripts.has(word)) run.add(word);
  return [...run];
}
