import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { root } from '../paths.js';
import type { Call, Reply } from './platform.js';

interface Operation {
  readonly parameters?: readonly ({ readonly name: string; readonly in: string } | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, { readonly content?: unknown } | { readonly $ref: string }>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
    readonly parameters: Readonly<Record<string, { readonly name: string }>>;
  };
}

/** GitHub's own description of its interface (https://github.com/github/rest-api-description), as published to npm. */
const file = path.join(root, 'node_modules', '@octokit', 'openapi', 'generated', 'api.github.com.json');
const description = JSON.parse(readFileSync(file, 'utf8')) as Description;
const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false });
ajv.addSchema(description, 'github');
const compiled = new Map<string, ValidateFunction>();

/** An answer as GitHub's documentation shows it. */
export function example(name: string): Record<string, unknown> {
  return structuredClone(description.components.examples[name]!.value) as Record<string, unknown>;
}

/** @throws Error when a call, or what it was answered, is not as GitHub describes it */
export function checkGithub({ method, path: at, query, body }: Call, reply: Reply): void {
  const route = Object.keys(description.paths).find((one) => {
    return (
      new RegExp(`^${one.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(at) && method.toLowerCase() in description.paths[one]!
    );
  });
  if (route === undefined) throw new Error(`GitHub describes no ${method} ${at}`);
  const operation = description.paths[route]![method.toLowerCase()]!;
  const known = (operation.parameters ?? []).map((one) => {
    return '$ref' in one ? description.components.parameters[one.$ref.split('/').at(-1)!]!.name : one.name;
  });
  for (const name of query.keys()) if (!known.includes(name)) throw new Error(`${method} ${route} takes no ${name}`);
  const pointer = `github#/paths/${escape(route)}/${method.toLowerCase()}`;
  if (operation.requestBody !== undefined) {
    check(`${pointer}/requestBody/content/application~1json/schema`, body, `the call ${method} ${route}`);
  }
  const answered = operation.responses[String(reply.status)];
  if (answered === undefined) throw new Error(`${method} ${route} is never answered ${reply.status}`);
  if (!('content' in answered)) return;
  const what = `the answer ${reply.status} to ${method} ${route}`;
  check(`${pointer}/responses/${reply.status}/content/application~1json/schema`, reply.body, what);
}

function check($ref: string, value: unknown, what: string): void {
  let validate = compiled.get($ref);
  if (validate === undefined) compiled.set($ref, (validate = ajv.compile({ $ref })));
  if (!validate(value)) throw new Error(`${what}: ${ajv.errorsText(validate.errors)}`);
}

function escape(text: string): string {
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}
