// A build context for a Dockerfile that has none: the files that it copies by name and the least that its language asks for.
// What the project really held is not known, so what comes of it says how far the Dockerfile alone stands in the way.

/** Files by path, for the core's memoryContext. */
export function madeProject(text) {
  const files = {};
  const put = (path, content) => {
    const clean = path.replace(/^(?:\.\/)+|^\/+/, '').replace(/\/+$/, '');
    if (clean !== '' && !/[*?[$"']/.test(clean) && !(clean in files)) files[clean] = content;
  };
  const command = /^\s*(?:CMD|ENTRYPOINT)\s+(.*)$/gim;
  const words = [...text.matchAll(command)].flatMap(([, line]) => line.match(/[\w./-]+/g) ?? []);
  const name = [...words].find((word) => /^(?:\.\/|\/)/.test(word))?.replace(/^.*\//, '') ?? words[0] ?? 'app';
  for (const [, , list] of text.matchAll(/^\s*(COPY|ADD)\s+((?!.*--from=).*)$/gim)) {
    const sources = (
      list.startsWith('[') ? (list.match(/"[^"]*"/g)?.map((word) => word.slice(1, -1)) ?? []) : list.split(/\s+/)
    )
      .filter((word) => word !== '' && !word.startsWith('--'))
      .slice(0, -1);
    for (const source of sources)
      if (/^https?:/.test(source)) continue;
      else if (/\.[\w-]+$|(?:^|\/)(?:Makefile|Gemfile|Dockerfile|[\w-]*entrypoint[\w-]*|LICENSE)$/.test(source))
        put(source, contentOf(source));
      else if (!/^\.?\/?$/.test(source) && !/[*]/.test(source))
        put(`${source.replace(/\/+$/, '')}/${folderFile(text)}`, contentOf(folderFile(text)));
  }
  for (const [path, content] of Object.entries(manifestsOf(text, words, name))) put(path, content);
  return files;
}

function folderFile(text) {
  if (/^FROM\s+\S*golang/im.test(text)) return 'package.go';
  if (/^FROM\s+\S*python/im.test(text)) return 'part.py';
  if (/^FROM\s+\S*ruby/im.test(text)) return 'part.rb';
  if (/^FROM\s+\S*php/im.test(text)) return 'Part.php';
  if (/^FROM\s+\S*rust/im.test(text)) return 'main.rs';
  return 'part.js';
}

function contentOf(path) {
  if (/(?:^|\/)package\.json$/.test(path)) return packageJson();
  if (/\.json$/.test(path)) return '{}\n';
  if (/\.go$/.test(path)) return 'package part\n';
  if (/\.rs$/.test(path)) return 'fn main() {}\n';
  if (/\.(?:c|cc|cpp)$/.test(path)) return 'int main() { return 0; }\n';
  if (/requirements[^/]*\.txt$/.test(path)) return 'flask==2.0.0\nrequests==2.0.0\n';
  if (/entrypoint|\.sh$/.test(path)) return '#!/bin/sh\nexec "$@"\n';
  return '\n';
}

function packageJson() {
  return JSON.stringify({
    name: 'app',
    version: '1.0.0',
    main: 'index.js',
    scripts: { start: 'node index.js', build: 'webpack', 'start:prod': 'node index.js', prod: 'node index.js' },
    dependencies: { express: '^4.0.0' },
    devDependencies: { webpack: '^4.0.0', jest: '^20.0.0' },
  });
}

/** The manifests, lock files and first source of the language. */
function manifestsOf(text, words, name) {
  const base = /^FROM\s+(?:--\S+\s+)?(\S+)/gim;
  const last = [...text.matchAll(base)].at(-1)?.[1] ?? '';
  const jar =
    words
      .find((word) => word.endsWith('.jar'))
      ?.replace(/^.*\//, '')
      .replace(/\.jar$/, '') ?? 'app-1.0';
  const dll =
    words
      .find((word) => word.endsWith('.dll'))
      ?.replace(/^.*\//, '')
      .replace(/\.dll$/, '') ?? 'App';
  if (/golang/.test(last))
    return { 'go.mod': `module example.com/${name}\n\ngo 1.20\n`, 'main.go': 'package main\n\nfunc main() {}\n' };
  if (/node/.test(last))
    return {
      'package.json': packageJson(),
      'package-lock.json': '{"lockfileVersion": 1, "dependencies": {"express": {"version": "4.0.0"}}}',
      ...Object.fromEntries(
        [
          'index.js',
          ...words.filter((word) => /\.js$/.test(word)),
          ...words.filter((word) => /^(?:bin|src|server|app)\/\w+$/.test(word)).map((word) => `${word}.js`),
        ].map((path) => [path.replace(/^\/.*\//, ''), "require('express');\n"]),
      ),
    };
  if (/python/.test(last))
    return {
      'requirements.txt': 'flask==2.0.0\nrequests==2.0.0\n',
      ...Object.fromEntries(
        words.filter((word) => /\.py$/.test(word)).map((path) => [path.replace(/^\/.*\//, ''), 'import flask\n']),
      ),
    };
  if (/ruby/.test(last))
    return {
      Gemfile: "source 'https://rubygems.org'\ngem 'sinatra'\ngem 'pg'\n",
      'Gemfile.lock':
        'GEM\n  remote: https://rubygems.org/\n  specs:\n    pg (1.0.0)\n    sinatra (2.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  pg\n  sinatra\n',
    };
  if (/php/.test(last))
    return {
      'composer.json': '{"name": "example/app", "require": {"slim/slim": "^4.0"}}\n',
      'composer.lock': '{"packages": []}\n',
    };
  if (/rust/.test(last))
    return {
      'Cargo.toml': `[package]\nname = "${name}"\nversion = "0.1.0"\n`,
      'Cargo.lock': `[[package]]\nname = "${name}"\nversion = "0.1.0"\n`,
      'src/main.rs': 'fn main() {}\n',
    };
  if (/maven|gradle|jdk|java|temurin/.test(last)) {
    const [, id, version] = /^(.*?)-(\d.*)$/.exec(jar) ?? [, jar, undefined];
    return {
      'pom.xml': `<project><modelVersion>4.0.0</modelVersion><groupId>com.example</groupId><artifactId>${id}</artifactId>${version === undefined ? '<version>1</version><build><finalName>' + id + '</finalName></build>' : `<version>${version}</version>`}</project>\n`,
      'src/main/java/App.java': 'class App {}\n',
    };
  }
  if (/dotnet|aspnet/.test(last))
    return {
      [`${dll}.csproj`]:
        '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>\n',
    };
  const compiled = [...text.matchAll(/[\w./-]+\.(?:c|cc|cpp)\b/g)].map(([path]) => [
    path.replace(/^.*\//, ''),
    'int main() { return 0; }\n',
  ]);
  return {
    Makefile: `${name}: main.c\n\tcc -o ${name} main.c\n`,
    'main.c': 'int main(void) { return 0; }\n',
    ...Object.fromEntries(compiled),
  };
}
