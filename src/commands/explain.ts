import colours from 'picocolors';
import { didYouMean } from '../config/suggest.js';
import { DfixError } from '../errors.js';
import type { AnyTransform, OptionsSpec, TransformMeta } from '../transform/index.js';
import type { ExitCode, Io } from './io.js';

interface ExplainArguments {
  readonly name: string;
  readonly json: boolean;
  readonly colour: boolean;
}

/**
 * `dfix explain NAME`: what a transform does, why, what it assumes, its options.
 * @throws DfixError for a name that no transform has.
 */
export function explain(
  { name, json, colour }: ExplainArguments,
  io: Io,
  transforms: readonly AnyTransform[],
): ExitCode {
  const transform = transforms.find(({ meta }) => meta.name === name);
  if (transform === undefined) {
    const names = transforms.map(({ meta }) => meta.name);
    throw new DfixError('usage', `no transform is called "${name}"${didYouMean(name, names)}`, {
      hint: 'dfix list shows them all',
    });
  }
  io.stdout.write(json ? `${JSON.stringify(transform.meta, undefined, 2)}\n` : describe(transform.meta, colour));
  return 0;
}

function describe(meta: TransformMeta, colour: boolean): string {
  const paint = colours.createColors(colour);
  const preset = meta.preset === 'default' ? 'on by default' : 'only when named';
  const after = meta.after === undefined ? '' : `, after ${meta.after.join(', ')}`;
  const sections = [
    `${paint.bold(meta.name)}: ${meta.summary}`,
    meta.why,
    `Level: at most ${meta.level}. Preset: ${preset}. Phase: ${meta.phase}${after}.`,
    section('Assumes', meta.assumes, paint),
    section('Options', optionLines(meta.options), paint),
    section('Also heeds the ignore comments for', meta.sameAs, paint),
    section('References', meta.references, paint),
    `Leave one instruction alone:  # dfix-ignore ${meta.name} the reason why`,
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[], paint: ReturnType<typeof colours.createColors>): string {
  return lines.length === 0 ? '' : [paint.bold(title), ...lines.map((line) => `  ${line}`)].join('\n');
}

function optionLines(options: OptionsSpec): readonly string[] {
  return Object.entries(options).map(
    ([name, { default: fallback, describe: text }]) => `${name} (default ${JSON.stringify(fallback)}): ${text}`,
  );
}
