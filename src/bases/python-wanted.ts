/** What a project asks for of one distribution. */
export interface Wanted {
  /** Version specifiers such as `>=1.8,<2`; empty where any will do. */
  readonly versions: string;
  readonly extras: readonly string[];
  /** The files that a lockfile lists, one text. */
  readonly files: string;
}

export function normalName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** Reads a requirement such as `uvicorn[standard]>=0.18; python_version > "3.7"`, from behind its name. */
export function readWanted(text: string): Wanted {
  const [, extras = '', rest = ''] = /^(?:\[([^\]]*)\])?(.*)$/s.exec(text.trimStart())!;
  return {
    versions: rest.replace(/(?:\s--hash|\s\\|[#;@\\]).*/s, '').trim(),
    extras: extras.split(',').flatMap((extra) => (extra.trim() === '' ? [] : [normalName(extra.trim())])),
    files: '',
  };
}

/** Every place where requirements files or a pyproject.toml ask for a distribution. */
export function wantedIn(manifest: string, name: string): readonly Wanted[] {
  const pattern = new RegExp(
    `(?:^|["'\\s])${name.replaceAll('-', '[-_.]')}(?![\\w-]|\\.\\w)[ \\t]*(\\[[^\\]]*\\])?[ \\t]*(?:["']?\\s*[=:]\\s*["'])?([^\\n"']*)`,
    'gim',
  );
  return [...manifest.matchAll(pattern)].map((match) => readWanted((match[1] ?? '') + match[2]!));
}

/** What poetry.lock, uv.lock, pdm.lock or Pipfile.lock holds, by name. */
export function lockedIn(lock: string): ReadonlyMap<string, Wanted> {
  const blocks = lock.startsWith('{')
    ? [...lock.matchAll(/^ {8}"([\w.-]+)": \{\r?\n(?: {12}.*\r?\n)*/gm)]
    : [...lock.matchAll(/^name = "([\w.-]+)"\r?\n(?:(?!\[\[package\]\]).*(?:\r?\n|$))*/gm)];
  return new Map(
    blocks
      .map(([files, name]): [string, Wanted] => {
        const version = /^[ \t]*"?version"?\s*[:=]\s*"(?:==)?([^"]*)"/m.exec(files)?.[1];
        return [normalName(name!), { versions: version === undefined ? '?' : `==${version}`, extras: [], files }];
      })
      .filter(([, { versions }]) => !lock.startsWith('{') || versions !== '?'),
  );
}
