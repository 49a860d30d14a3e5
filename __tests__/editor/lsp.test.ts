import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import {
  type CodeAction,
  createProtocolConnection,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentEdit,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { optimize } from '../../src/index.js';
import { root } from '../support/paths.js';

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dfix-lsp-')));
const file = path.join(folder, 'Dockerfile');
const uri = pathToFileURL(file).href;
const text = 'FROM debian:12-slim\nRUN apt-get update && apt-get install -y curl\nRUN pip install flask\n';

let server: ChildProcess;
let client: ProtocolConnection;
const waiting: ((params: PublishDiagnosticsParams) => void)[] = [];
const nextDiagnostics = (): Promise<PublishDiagnosticsParams> => new Promise((resolve) => waiting.push(resolve));

beforeAll(async () => {
  const outfile = path.join(root, 'node_modules', '.cache', 'dfix', `lsp-${process.pid}`, 'lsp.mjs');
  mkdirSync(path.dirname(outfile), { recursive: true });
  await build({
    stdin: {
      contents: `import { main } from './src/cli.js';
const { stdin, stdout, stderr, env } = process;
await main(['lsp', '--stdio'], { stdin, stdout, stderr, env, cwd: process.cwd(), isTTY: false });`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  writeFileSync(file, text);
  server = spawn(process.execPath, [outfile], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  client = createProtocolConnection(new StreamMessageReader(server.stdout!), new StreamMessageWriter(server.stdin!));
  client.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) =>
    waiting.shift()?.(params),
  );
  client.listen();
  await client.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  await client.sendNotification('initialized', {});
}, 60_000);

afterAll(() => {
  client.dispose();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.join(root, 'node_modules', '.cache', 'dfix', `lsp-${process.pid}`), { recursive: true, force: true });
});

function actionsAt(line: number, only?: string[]): Promise<CodeAction[]> {
  const range = { start: { line, character: 0 }, end: { line, character: 1 } };
  const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
  return client.sendRequest('textDocument/codeAction', { textDocument: { uri }, range, context });
}

function applied(source: string, action: CodeAction): string {
  const [edit] = action.edit!.documentChanges as TextDocumentEdit[];
  expect(edit!.textDocument.uri).toBe(uri);
  return TextDocument.applyEdits(TextDocument.create(uri, 'dockerfile', 1, source), edit!.edits as never);
}

test('an opened file has a diagnostic for each change, at its line', async () => {
  const published = nextDiagnostics();
  await client.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'dockerfile', version: 1, text },
  });
  const { diagnostics, version } = await published;
  expect(version).toBe(1);
  const codes = diagnostics.map(({ code, range, source }) => [source, code, range.start.line]);
  expect(codes).toContainEqual(['dfix', 'mount-package-caches', 1]);
  expect(codes).toHaveLength(new Set(codes.map((one) => JSON.stringify(one))).size);
});

test('a quick fix makes one change, fix all makes all', async () => {
  const quick = await actionsAt(1, ['quickfix']);
  expect(quick.length).toBeGreaterThan(0);
  const one = applied(
    text,
    quick.find(({ title }) => title.includes('apt'))!,
  );
  expect(one).toContain('--mount=type=cache');
  expect(one).toContain('\nRUN pip install flask\n');
  const [all, ...others] = await actionsAt(0, ['source.fixAll']);
  expect(others).toEqual([]);
  expect(applied(text, all!)).toBe(optimize(text).output);
});

test('a line without a change has no quick fix', async () => {
  expect(await actionsAt(0, ['quickfix'])).toEqual([]);
});

test('an edit is followed, and a text that is not a Dockerfile is one error', async () => {
  const published = nextDiagnostics();
  await client.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: 'FROM debian:12-slim\nRUNN x\n' }],
  });
  const { diagnostics } = await published;
  expect(diagnostics.map(({ severity, range }) => [severity, range.start.line])).toEqual([[1, 1]]);
  expect(await actionsAt(1)).toEqual([]);
});

test('it leaves when it is told to', async () => {
  const left = new Promise((resolve) => server.once('exit', resolve));
  await client.sendRequest('shutdown');
  await client.sendNotification('exit');
  expect(await left).toBe(0);
});
