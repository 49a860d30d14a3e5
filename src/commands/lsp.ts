import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type {
  CodeAction,
  CodeActionParams,
  Diagnostic,
  DiagnosticSeverity,
  TextDocumentEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import packageJson from '../../package.json' with { type: 'json' };
import { templateSign } from '../discovery/template.js';
import { type Analysis, analyse, type Finding, textChanges } from '../editor/analysis.js';
import { messageOf } from '../errors.js';
import { editedFiles } from '../report/diff.js';
import type { AnyTransform, RunResult } from '../transform/index.js';
import type { ExitCode, Io } from './io.js';
import { planner, type Planner } from './plan.js';

const SEVERITY: Readonly<Record<Finding['severity'], DiagnosticSeverity>> = { error: 1, information: 3, hint: 4 };
const FIX_ALL = 'source.fixAll.dfix';

interface Known extends Analysis {
  readonly version: number;
  readonly context: string | undefined;
}

/** `dfix lsp`: diagnostics and quick fixes for the Dockerfiles that an editor has open, until the client leaves. */
export async function languageServer(
  { config }: { readonly config: string | undefined },
  io: Io,
  transforms: readonly AnyTransform[],
): Promise<ExitCode> {
  const { languageConnection } = await import('../ports/language-connection.js');
  const { TextDocuments, TextDocumentSyncKind } = await import('vscode-languageserver/node');
  const connection = languageConnection(io.stdin, io.stdout);
  const documents = new TextDocuments(TextDocument);
  const known = new Map<string, Known>();
  const args = { config, only: [], skip: [], allow: undefined, context: undefined, target: undefined, buildArgs: {} };
  const fresh = (): Planner => planner(transforms, args, io.cwd);
  let plans = fresh();

  const analysed = async (document: TextDocument): Promise<Known> => {
    const { uri, version } = document;
    const last = known.get(uri);
    if (last?.version === version) return last;
    const text = document.getText();
    const file = uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
    const plan = await plans.plan(file);
    const silent = { findings: [], result: undefined, fixes: () => [] };
    if ('problems' in plan) {
      for (const problem of plan.problems) connection.console.error(problem.message);
      return { ...silent, version, context: undefined };
    }
    const template = templateSign(file ?? 'Dockerfile', text) !== undefined;
    const now = { ...(template ? silent : analyse(text, plan.options)), version, context: plan.context };
    known.set(uri, now);
    return now;
  };

  const publish = async (document: TextDocument): Promise<void> => {
    try {
      const { findings, version } = await analysed(document);
      if (documents.get(document.uri)?.version !== version) return;
      await connection.sendDiagnostics({ uri: document.uri, version, diagnostics: findings.map(diagnosticOf) });
    } catch (error) {
      connection.console.error(messageOf(error));
    }
  };
  const again = (): void => {
    plans = fresh();
    known.clear();
    for (const document of documents.all()) void publish(document);
  };

  connection.onInitialize(() => ({
    serverInfo: { name: 'dfix', version: packageJson.version },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      codeActionProvider: { codeActionKinds: ['quickfix', FIX_ALL] },
    },
  }));
  documents.onDidChangeContent(({ document }) => void publish(document));
  documents.onDidSave(again);
  connection.onDidChangeWatchedFiles(again);
  documents.onDidClose(({ document: { uri } }) => {
    known.delete(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
  connection.onCodeAction(async (params) => {
    const document = documents.get(params.textDocument.uri);
    return document === undefined ? [] : actions(document, await analysed(document), params);
  });
  documents.listen(connection);
  connection.listen();
  // The library ends the process with the protocol's exit code.
  return new Promise(() => undefined);
}

function diagnosticOf({ range, message, severity, transform }: Finding): Diagnostic {
  const code = transform === undefined ? {} : { code: transform };
  return { range, message, severity: SEVERITY[severity], source: 'dfix', ...code };
}

function actions(document: TextDocument, { result, fixes, context }: Known, params: CodeActionParams): CodeAction[] {
  if (result === undefined) return [];
  const { only } = params.context;
  const wants = (kind: string): boolean =>
    only === undefined || only.some((asked) => `${kind}.`.startsWith(`${asked}.`));
  const { start, end } = params.range;
  const found: CodeAction[] = [];
  if (wants('quickfix')) {
    for (const { unit, alone } of fixes()) {
      const lines = unit.changes.map(({ line }) => line - 1);
      if (alone === undefined || !lines.some((line) => line >= start.line && line <= end.line)) continue;
      const { what, level, transform } = unit.changes[0]!;
      found.push({
        title: `dfix: ${what} (${level})`,
        kind: 'quickfix',
        diagnostics: params.context.diagnostics.filter(
          ({ code, source, range }) => source === 'dfix' && code === transform && lines.includes(range.start.line),
        ),
        edit: editOf(document, alone, context),
      });
    }
  }
  if (wants(FIX_ALL) && (result.output !== result.input || result.files.length > 0)) {
    found.push({ title: 'dfix: make all changes', kind: FIX_ALL, edit: editOf(document, result, context) });
  }
  return found;
}

function editOf({ uri, version }: TextDocument, result: RunResult, context: string | undefined): WorkspaceEdit {
  const { input, output } = result;
  const own: TextDocumentEdit = { textDocument: { uri, version }, edits: [...textChanges(input, output)] };
  const others = editedFiles(result).flatMap(({ path, before, after }) => {
    if (context === undefined) return [];
    const other = pathToFileURL(join(context, path)).href;
    const edit = { textDocument: { uri: other, version: null }, edits: [...textChanges(before ?? '', after)] };
    return before === undefined ? [{ kind: 'create' as const, uri: other }, edit] : [edit];
  });
  return { documentChanges: [own, ...others] };
}
