import type { ts as TypeScript } from 'ts-morph';

/** One thing that a module's code refers to, at an offset of its source. */
export type Found =
  | { readonly kind: 'module'; readonly at: number; readonly specifier: string }
  /** A literal path; `cwd` when it counts from the working folder, else from the module's own folder. */
  | { readonly kind: 'read'; readonly at: number; readonly path: string; readonly cwd: boolean }
  | { readonly kind: 'unknown'; readonly at: number; readonly why: string };

/** Functions of `fs`, Express and the like whose first argument names a file or folder that is read. */
const readers: ReadonlySet<string> = new Set(
  (
    'readFile readFileSync createReadStream readdir readdirSync opendir opendirSync open openSync readJson readJsonSync readJSON ' +
    'readJSONSync sendFile render static cp cpSync copyFile copyFileSync'
  ).split(' '),
);

type Path = { readonly path: string; readonly cwd: boolean };

/** The modules and literal paths that a source refers to, by its syntax alone. Throws for source that is nested too deep. */
export function moduleReferences(ts: typeof TypeScript, fileName: string, source: string): readonly Found[] {
  const found: Found[] = [];
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.ESNext, false);
  const pending: TypeScript.Node[] = [file];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isTypeOnly(ts, node)) continue;
    const reference = referenceOf(ts, node);
    if (reference !== undefined) found.push(reference);
    node.forEachChild((child) => void pending.push(child));
  }
  return found.sort((a, b) => a.at - b.at);
}

function isTypeOnly(ts: typeof TypeScript, node: TypeScript.Node): boolean {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause;
    if (clause === undefined) return false;
    const named = clause.namedBindings;
    const types = named !== undefined && ts.isNamedImports(named) && named.elements.length > 0 && named.elements.every((e) => e.isTypeOnly); // prettier-ignore
    return clause.isTypeOnly || (types && clause.name === undefined);
  }
  return (ts.isExportDeclaration(node) || ts.isImportEqualsDeclaration(node)) && node.isTypeOnly;
}

function referenceOf(ts: typeof TypeScript, node: TypeScript.Node): Found | undefined {
  const at = node.pos;
  if (ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)) {
    return moduleOf(ts, node.moduleSpecifier, node.moduleSpecifier!.end, 'an import');
  }
  if (ts.isExternalModuleReference(node)) return moduleOf(ts, node.expression, node.end, 'an import');
  if (ts.isNewExpression(node)) {
    const name = nameOf(ts, node.expression);
    if (name === 'Function') return { kind: 'unknown', at: node.end, why: 'code made from text' };
    if (name === 'Worker') return codePath(ts, node.arguments?.[0], node.end, 'a worker');
    if (name === 'URL' && isImportMeta(ts, node.arguments?.[1], 'url')) return readOf(ts, node, node.end);
    return undefined;
  }
  if (!ts.isCallExpression(node)) return requireAsValue(ts, node, at);
  return callReference(ts, node);
}

function callReference(ts: typeof TypeScript, node: TypeScript.CallExpression): Found | undefined {
  const [first] = node.arguments;
  const callee = node.expression;
  const name = nameOf(ts, callee);
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return moduleOf(ts, first, node.end, 'an import()');
  if (name === 'require' || (name === 'resolve' && isRequire(ts, callee)))
    return moduleOf(ts, first, node.end, 'a require()');
  if (name === 'eval' && ts.isIdentifier(callee)) return { kind: 'unknown', at: node.end, why: 'code made from text' };
  if (name === 'createRequire') return { kind: 'unknown', at: node.end, why: 'a require() of its own' };
  if (
    (name === 'glob' || name === 'globEager') &&
    ts.isPropertyAccessExpression(callee) &&
    ts.isMetaProperty(callee.expression)
  ) {
    return { kind: 'unknown', at: node.end, why: 'modules by a pattern' };
  }
  if (name === 'fork') return codePath(ts, first, node.end, 'a forked program');
  if (name !== undefined && readers.has(name)) {
    if (name === 'render' || name === 'open')
      return first && literalPath(ts, first) ? readOf(ts, first, node.end) : undefined;
    return first === undefined ? undefined : readOf(ts, first, node.end);
  }
  // `path.join(__dirname, 'views')` by itself: the path is most likely read somewhere.
  const isJoin = (name === 'join' || name === 'resolve') && first !== undefined && isOwnFolder(ts, first);
  return isJoin ? readOf(ts, node, node.end) : undefined;
}

function moduleOf(ts: typeof TypeScript, node: TypeScript.Node | undefined, at: number, what: string): Found {
  if (node !== undefined && ts.isStringLiteralLike(node)) return { kind: 'module', at, specifier: node.text };
  const path = node === undefined ? undefined : literalPath(ts, node);
  if (path !== undefined && !path.cwd) return { kind: 'module', at, specifier: relative(path.path) };
  return { kind: 'unknown', at, why: `${what} whose name is computed` };
}

/** A program started by its path: code to follow when the path counts from the module's own folder. */
function codePath(ts: typeof TypeScript, node: TypeScript.Node | undefined, at: number, what: string): Found {
  const path = node === undefined ? undefined : literalPath(ts, node);
  if (path === undefined || path.cwd) return { kind: 'unknown', at, why: `${what} whose path is not known` };
  return { kind: 'module', at, specifier: relative(path.path) };
}

function relative(path: string): string {
  return /^\.{1,2}(?:\/|$)/.test(path) ? path : `./${path.replace(/^\/+/, '')}`;
}

function readOf(ts: typeof TypeScript, node: TypeScript.Node, at: number): Found {
  const path = literalPath(ts, node);
  return path === undefined ? { kind: 'unknown', at, why: 'a read of a computed path' } : { kind: 'read', at, ...path };
}

/** A path made of literals: text, `join(__dirname, …)`, `${__dirname}/x`, `new URL('x', import.meta.url)`. */
function literalPath(ts: typeof TypeScript, node: TypeScript.Node): Path | undefined {
  if (ts.isStringLiteralLike(node)) return { path: node.text, cwd: true };
  if (isOwnFolder(ts, node)) return { path: '', cwd: false };
  if (ts.isTemplateExpression(node)) {
    const [span, more] = node.templateSpans;
    const own = span !== undefined && more === undefined && node.head.text === '' && isOwnFolder(ts, span.expression);
    return own ? { path: belowFolder(span.literal.text), cwd: false } : undefined;
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const own = isOwnFolder(ts, node.left) && ts.isStringLiteralLike(node.right);
    return own ? { path: belowFolder((node.right as TypeScript.StringLiteralLike).text), cwd: false } : undefined;
  }
  if (ts.isNewExpression(node) && nameOf(ts, node.expression) === 'URL') {
    const [path, base] = node.arguments ?? [];
    const literal = path !== undefined && ts.isStringLiteralLike(path) && isImportMeta(ts, base, 'url');
    return literal ? { path: path.text, cwd: false } : undefined;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const name = nameOf(ts, node.expression);
  if (name === 'fileURLToPath' && node.arguments[0]) return literalPath(ts, node.arguments[0]);
  if (name === 'cwd') return { path: '', cwd: true };
  return name === 'join' || name === 'resolve' ? joined(ts, node.arguments) : undefined;
}

function joined(ts: typeof TypeScript, parts: readonly TypeScript.Expression[]): Path | undefined {
  const [first, ...rest] = parts;
  const start = first === undefined ? undefined : literalPath(ts, first);
  if (start === undefined || !rest.every((part) => ts.isStringLiteralLike(part))) return undefined;
  const names = rest.map((part) => belowFolder(part.text));
  return { path: [start.path, ...names].filter((name) => name !== '').join('/'), cwd: start.cwd };
}

/** A name behind a folder: `/views` in `__dirname + '/views'` and `join(__dirname, '/views')` is below that folder. */
function belowFolder(name: string): string {
  return name.replace(/^\/+/, '');
}

/** `__dirname`, `import.meta.dirname`, `dirname(fileURLToPath(import.meta.url))`. */
function isOwnFolder(ts: typeof TypeScript, node: TypeScript.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === '__dirname';
  if (isImportMeta(ts, node, 'dirname')) return true;
  if (!ts.isCallExpression(node) || nameOf(ts, node.expression) !== 'dirname') return false;
  const [argument] = node.arguments;
  if (argument === undefined) return false;
  if (ts.isIdentifier(argument)) return argument.text === '__filename';
  return ts.isCallExpression(argument) && isImportMeta(ts, argument.arguments[0], 'url');
}

function isImportMeta(ts: typeof TypeScript, node: TypeScript.Node | undefined, name: string): boolean {
  return (
    node !== undefined &&
    ts.isPropertyAccessExpression(node) &&
    ts.isMetaProperty(node.expression) &&
    node.name.text === name
  );
}

/** The last name of a callee: `b` for `a.b(…)` and `b(…)`. */
function nameOf(ts: typeof TypeScript, callee: TypeScript.Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text;
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : undefined;
}

function isRequire(ts: typeof TypeScript, callee: TypeScript.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(callee) && ts.isIdentifier(callee.expression) && callee.expression.text === 'require'
  );
}

/** `const r = require` or `f(require)`: what is loaded through it is not followed. */
function requireAsValue(ts: typeof TypeScript, node: TypeScript.Node, at: number): Found | undefined {
  const value = ts.isVariableDeclaration(node) ? node.initializer : undefined;
  const passed = value !== undefined && ts.isIdentifier(value) && value.text === 'require';
  return passed ? { kind: 'unknown', at, why: 'require under another name' } : undefined;
}
