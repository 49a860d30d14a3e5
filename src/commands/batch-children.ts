import { failedStep, inputsOf, type Step, type StepResult } from '../batch/step.js';
import { type DfixOptions, type DfixRun, isFolder, runDfix } from '../ports/campaign/child.js';
import type { PlacedStep } from './batch-checkout.js';
import { isRemote } from './pr-arguments.js';

type ChildSettings = Omit<DfixOptions, 'cwd' | 'files'>;

/** A lane of steps that are commands of dfix in processes of their own. */
export function childLane(settings: ChildSettings) {
  return { run: (step: PlacedStep) => runStep(step, settings), close: () => Promise.resolve() };
}

async function runStep(step: PlacedStep, settings: ChildSettings): Promise<StepResult> {
  const inputs = inputsOf(step);
  const { command, read } = COMMANDS[step.phase as ChildPhase];
  const { folder: cwd, proof } = step;
  if (!(await isFolder(cwd))) return { ...failedStep('no such folder on this machine'), inputs };
  const files: Record<string, string> = proof === undefined ? {} : { [PROOF]: proof };
  return runDfix(
    (folder) => [...command(step, `${folder}/${PROOF}`), ...choice(step), '--no-config-code'],
    { ...settings, cwd, files },
    async (run): Promise<StepResult> => {
      if (run.timedOut) return { ...failedStep(`takes longer than ${settings.timeout} s`), inputs, texts: logOf(run) };
      return { ...(await read(run)), inputs };
    },
  );
}

const PROOF = 'proof.json';

/** The phases that are commands of dfix. */
type ChildPhase = 'verify' | 'preview' | 'publish';

interface Command {
  /** The words of the command line, without which transforms run. */
  readonly command: (step: Step, proof: string) => readonly string[];
  readonly read: (run: DfixRun) => Promise<Omit<StepResult, 'inputs'>>;
}

const pull = ({ repository, proof, settings }: Step, file: string): readonly string[] => [
  'pr',
  ...(isRemote(repository) ? [repository] : []),
  '--format=json',
  ...(settings.platform === undefined ? [] : [`--platform=${settings.platform}`]),
  ...(settings.baseUrl === undefined ? [] : [`--base-url=${settings.baseUrl}`]),
  ...(proof === undefined ? [] : [`--proof=${file}`]),
];

const COMMANDS: Readonly<Record<ChildPhase, Command>> = {
  verify: {
    command: ({ settings }, proof) => ['verify', `--save=${proof}`, '--format=json', `--allow=${settings.allow}`],
    read: readVerify,
  },
  preview: { command: (step, proof) => [...pull(step, proof), '--dry-run'], read: readPreview },
  publish: { command: pull, read: readPublish },
};

function choice({ settings: { only, skip } }: Step): readonly string[] {
  return [...only.map((name) => `--only=${name}`), ...skip.map((name) => `--skip=${name}`)];
}

async function readVerify(run: DfixRun): Promise<Omit<StepResult, 'inputs'>> {
  const proof = await run.read(PROOF);
  const texts = { ...logOf(run), ...(proof === undefined ? {} : { proof }) };
  const outcomes = filesOf(proof).map(({ path, outcome }) => `${path}: ${outcome}`);
  if (run.code === 2 || outcomes.length === 0) return { ...failedStep(lastLine(run)), texts };
  if (run.code === 0) return { outcome: 'done', reason: '', texts };
  const isUseless = outcomes.every((text) => text.endsWith(': nothing'));
  return { outcome: isUseless ? 'failed' : 'done', reason: outcomes.join('; '), texts };
}

function readPreview(run: DfixRun): Promise<Omit<StepResult, 'inputs'>> {
  const draft = json(run.stdout) as { title?: unknown; body?: unknown } | null | undefined;
  const texts = logOf(run);
  if (run.code === 2 || draft === undefined) return Promise.resolve({ ...failedStep(lastLine(run)), texts });
  if (draft === null) return Promise.resolve({ outcome: 'skipped', reason: 'nothing to change', texts });
  const [title, body] = [String(draft.title), String(draft.body)];
  return Promise.resolve({ outcome: 'done', reason: '', texts: { ...texts, title: `${title}\n`, body } });
}

function readPublish(run: DfixRun): Promise<Omit<StepResult, 'inputs'>> {
  const said = json(run.stdout) as { outcome?: unknown; pull?: { url?: unknown } | null } | null | undefined;
  const texts = logOf(run);
  if (said === undefined || said === null || typeof said.outcome !== 'string') {
    return Promise.resolve({ ...failedStep(lastLine(run)), texts });
  }
  const { outcome } = said;
  const url = typeof said.pull?.url === 'string' ? `: ${said.pull.url}` : '';
  const isDone = ['opened', 'updated', 'unchanged', 'pushed'].includes(outcome);
  return Promise.resolve({
    outcome: isDone ? 'done' : 'skipped',
    reason: `${outcome}${url}`,
    texts: { ...texts, pull: run.stdout },
  });
}

/** The path and the outcome of each file of a proof. */
export function filesOf(proof: string | undefined): readonly { readonly path: string; readonly outcome: string }[] {
  const { files } = (json(proof ?? '') ?? {}) as { files?: unknown };
  if (!Array.isArray(files)) return [];
  return files.map((file: { path?: unknown; outcome?: unknown }) => {
    return { path: String(file.path), outcome: String(file.outcome) };
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function logOf({ stderr }: DfixRun): StepResult['texts'] {
  return stderr === '' ? {} : { log: stderr };
}

function lastLine({ stderr, code }: DfixRun): string {
  const line = stderr.trimEnd().split('\n').at(-1) ?? '';
  return line === '' ? `ended with code ${code}` : line.slice(0, 1000);
}
