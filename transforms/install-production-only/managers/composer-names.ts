/** A part of composer.json or composer.lock. */
export type Json = Readonly<Record<string, unknown>>;

/** The packages of one group of a lockfile that have a name. */
export function packagesOf(lock: Json, group: 'packages' | 'packages-dev'): readonly Json[] {
  return ((lock[group] as readonly Json[] | undefined) ?? []).filter(({ name }) => typeof name === 'string');
}

/** The programs of a package, as they stand in vendor/bin. */
export function programsOf({ bin }: Json): readonly string[] {
  return Array.isArray(bin) ? bin.map(String).map((path) => path.slice(path.lastIndexOf('/') + 1)) : [];
}

/** Functions that packages for development define, which belong to no namespace. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  'symfony/var-dumper': 'dd|dump',
  'spatie/ray': 'ray',
  'spatie/laravel-ray': 'ray',
};

/** How code names what only packages for development bring: namespaces, aliases of Laravel, functions. */
export function namesOf(development: readonly Json[], lock: Json, manifest: Json): readonly RegExp[] {
  const keys = (value: unknown): readonly string[] => Object.keys((value as Json | undefined) ?? {});
  const namespaces = (autoload: unknown): readonly string[] =>
    ['psr-4', 'psr-0']
      .flatMap((kind) => keys((autoload as Json | undefined)?.[kind]))
      .filter(({ length }) => length > 2);
  const kept = new Set([
    ...packagesOf(lock, 'packages').flatMap(({ autoload }) => namespaces(autoload)),
    ...namespaces(manifest['autoload']),
  ]);
  const isKept = (vendor: string): boolean => [...kept].some((name) => name.toLowerCase().startsWith(vendor));
  const names = [...development.map(({ autoload }) => autoload), manifest['autoload-dev']]
    .flatMap(namespaces)
    .filter((name) => !kept.has(name))
    .map((name) => new RegExp(quoted(name)));
  const others = development.flatMap(({ name, autoload, extra }) => {
    const laravel = (extra as Json | undefined)?.['laravel'] as Json | undefined;
    const vendor = String(name).split('/')[0]!;
    return [
      ...keys(laravel?.['aliases']).map((alias) => new RegExp(`(?<![\\w$>])${quoted(alias)}::`)),
      // A map of classes says nothing of their names, but the vendor's is their namespace: phpunit is PHPUnit\.
      ...((autoload as Json | undefined)?.['classmap'] !== undefined && !isKept(vendor)
        ? [new RegExp(`\\b${quoted(vendor)}\\w*\\\\`, 'i')]
        : []),
      ...(Object.hasOwn(FUNCTIONS, String(name))
        ? [new RegExp(`(?<![\\w>:$\\\\]|function )(?:${FUNCTIONS[String(name)]!})\\(`)]
        : []),
    ];
  });
  return [...names, ...others];
}

export function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
