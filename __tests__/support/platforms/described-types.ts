import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../paths.js';
import type { Exchange } from './platform.js';

/**
 * Types that were generated from what a platform publishes about its interface. GitHub's description is read as it is
 * (`github-description.ts`); for GitLab no package has one, so its fake holds to the documentation by hand.
 */
export interface DescribedTypes {
  /** Declarations that the lines stand on. */
  readonly head: string;
  /** Statements that only type-check when the call and its answer are as described. @throws Error for a call that is not described */
  statements(exchange: Exchange): readonly string[];
}

/** What of these calls and answers is not as described. */
export function strayFrom({ head, statements }: DescribedTypes, exchanges: readonly Exchange[]): readonly string[] {
  const lines: string[] = [];
  const strays: string[] = [];
  for (const exchange of exchanges) {
    try {
      lines.push(...statements(exchange));
    } catch (error) {
      strays.push(String(error));
    }
  }
  return [...strays, ...typeErrors(`${head}\n{\n${[...new Set(lines)].join('\n}\n{\n')}\n}\n`)];
}

const options: ts.CompilerOptions = {
  ...{ strict: true, noEmit: true, skipLibCheck: true, types: [], lib: ['lib.es2020.d.ts'] },
  ...{
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  },
};

function typeErrors(source: string): readonly string[] {
  const name = path.join(root, 'described.ts');
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.ES2023);
  host.getSourceFile = (wanted, ...rest) => (wanted === name ? file : getSourceFile.call(host, wanted, ...rest));
  const program = ts.createProgram([name], options, host);
  const lines = source.split('\n');
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return found.map(({ messageText, start = 0 }) => {
    const at = lines[file.getLineAndCharacterOfPosition(start).line]!;
    return `${ts.flattenDiagnosticMessageText(messageText, ' ')} in ${at}`;
  });
}

const declarations = (...parts: readonly string[]): string =>
  readFileSync(path.join(root, 'node_modules', ...parts), 'utf8');

function matches(template: string, at: string): boolean {
  return new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(at);
}

/** The parameters of an address as a program would write them. */
function literal(query: URLSearchParams): string {
  return JSON.stringify(
    Object.fromEntries([...query].map(([key, text]) => [key, /^\d+$/.test(text) ? Number(text) : text])),
  );
}

/** Gitea's own description, as `gitea-js` is generated from it; Forgejo's interface is the same here. */
export function giteaTypes(): DescribedTypes {
  const methods: { readonly method: string; readonly template: string; readonly name: string }[] = [];
  let [group, request] = ['', ['', '']];
  for (const line of declarations('gitea-js', 'dist', 'index.d.ts').split('\n')) {
    group = /^ {4}(\w+): \{$/.exec(line)?.[1] ?? group;
    request = /@request (\w+):(\S+)/.exec(line)?.slice(1) ?? request;
    const name = /^ {8}(\w+): \(/.exec(line)?.[1];
    if (name !== undefined) methods.push({ method: request[0]!, template: request[1]!, name: `${group}.${name}` });
  }
  const head = `import type { Api } from 'gitea-js';\ndeclare const api: Api<unknown>;\ndeclare const some: never;`;
  const statements = ({ call: { method, path: at, query, body }, reply }: Exchange): readonly string[] => {
    const found = methods.filter((one) => one.method === method && matches(one.template, at));
    // `pulls/{index}.{diffType}` is closer than `pulls/{index}`.
    const one = found.sort((a, b) => b.template.length - a.template.length)[0];
    if (one === undefined) throw new Error(`Gitea describes no ${method} ${at}`);
    const places = [...one.template.matchAll(/\{/g)].map(() => 'some');
    const given = method === 'GET' ? (query.size === 0 ? [] : [literal(query)]) : [JSON.stringify(body)];
    return [
      `api.${one.name}(${[...places, ...given].join(', ')});`,
      `const answer: Awaited<ReturnType<typeof api.${one.name}>>['data'] = ${JSON.stringify(reply.body)};`,
    ];
  };
  return { head, statements };
}

/** What Bitbucket documents for all lists, under "Filtering and sorting" and "Pagination", not for each. */
const OF_ALL_LISTS = ['q', 'pagelen', 'page'];

/** Bitbucket Cloud's own description, as a client of it is generated. */
export function bitbucketTypes(): DescribedTypes {
  const file = ['@coderabbitai', 'bitbucket', 'dist', 'cloud', 'openapi', 'openapi-typescript.d.ts'];
  const templates = [...declarations(...file).matchAll(/^ {4}readonly "(\/[^"]*)": \{$/gm)].map(([, one]) => one!);
  const head = `import type { paths } from '@coderabbitai/bitbucket/cloud/openapi';
type Body<T> = T extends { content: { 'application/json': infer B } } ? B : unknown;
/** Its own examples leave out the \`type\` that every object is said to have. */
type Sent<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T as K extends 'type' ? never : K]: Sent<T[K]> } : T;`;
  const statements = ({ call: { method, path: at, query, body }, reply }: Exchange): readonly string[] => {
    const template = templates.find((one) => matches(one, at));
    if (template === undefined) throw new Error(`Bitbucket describes no ${method} ${at}`);
    const operation = `paths[${JSON.stringify(template)}]['${method.toLowerCase()}']`;
    // What may be given more than once is described as given once.
    const own = [...query]
      .filter(([key]) => !OF_ALL_LISTS.includes(key))
      .map(([...pair]) => new URLSearchParams([pair]));
    return [
      ...own.map((one, i) => `const query${i}: NonNullable<${operation}['parameters']['query']> = ${literal(one)};`),
      ...(Object.keys(body).length === 0
        ? []
        : [`const body: Sent<Body<NonNullable<${operation}['requestBody']>>> = ${JSON.stringify(body)};`]),
      `const answer: Body<${operation}['responses'][${reply.status}]> = ${JSON.stringify(reply.body)};`,
    ];
  };
  return { head, statements };
}
