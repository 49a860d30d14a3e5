import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { DfixError } from '../../src/errors.js';
import { optimize, transforms } from '../../src/index.js';
import type { FileOutcome } from '../../src/report/outcome.js';
import { sarifReport } from '../../src/report/sarif.js';
import { fixesOf } from '../../src/transform/index.js';
import { root } from '../support/paths.js';

/** Microsoft's copy of the schema, MIT; written for draft 4, whose other words this schema does not use. */
const schema = JSON.parse(readFileSync(path.join(root, '__tests__/report/schemas/sarif-2.1.0.json'), 'utf8')) as object;
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, logger: false, unicodeRegExp: false });
const { $schema: _draft, id: _id, ...body } = schema as Record<string, unknown>;
const validate = ajv.compile(body);

const tool = { version: '1.2.3', transforms: transforms.map(({ meta }) => meta) };
const options = { transforms: transforms.filter(({ meta }) => meta.preset === 'default') };

function outcomeOf(input: string, name = 'Dockerfile'): FileOutcome {
  const result = optimize(input, options);
  return { kind: 'done', path: name, result, diff: 'x', written: false, fixes: () => fixesOf(result, options) };
}

interface Region {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
}
interface Result {
  ruleId: string;
  fixes?: { artifactChanges: { replacements: { deletedRegion: Region; insertedContent: { text: string } }[] }[] }[];
}

function logOf(...parameters: Parameters<typeof sarifReport>) {
  const log = JSON.parse(sarifReport(...parameters)) as {
    runs: [
      {
        results: Result[];
        tool: { driver: { rules: { id: string }[] } };
        invocations: [{ executionSuccessful: boolean; toolExecutionNotifications: object[] }];
      },
    ];
  };
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  return log.runs[0];
}

function applied(input: string, { fixes }: Result): string {
  const lines = input.split(/(?<=\n)/);
  const offset = (line: number, column: number): number => lines.slice(0, line - 1).join('').length + column - 1;
  let text = input;
  for (const { deletedRegion: region, insertedContent } of fixes![0]!.artifactChanges[0]!.replacements.toReversed()) {
    const start = offset(region.startLine, region.startColumn);
    text = text.slice(0, start) + insertedContent.text + text.slice(offset(region.endLine, region.endColumn));
  }
  return text;
}

const TWO = 'FROM debian:12-slim\nRUN apt-get update && apt-get install -y curl\nRUN pip install flask';

test('the schema refuses what is not SARIF', () => {
  expect(validate({ version: '2.1.0', runs: [{ results: [{}] }] })).toBe(false);
});

describe('the log', () => {
  test('is valid and names each rule once', () => {
    const { results, tool: said } = logOf([outcomeOf(TWO)], [], tool);
    expect(results.map(({ ruleId }) => ruleId)).toContain('mount-package-caches');
    const ids = said.driver.rules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const { ruleId } of results) expect(ids).toContain(ruleId);
  });
  test('carries fixes that make of the file what the change makes of it alone', () => {
    for (const input of [TWO, `${TWO}\n`, TWO.replaceAll('\n', '\r\n')]) {
      const result = optimize(input, options);
      const { results } = logOf([outcomeOf(input)], [], tool);
      const texts = results.filter(({ fixes }) => fixes !== undefined).map((one) => applied(input, one));
      const wanted = fixesOf(result, options).flatMap(({ unit, alone }) =>
        alone === undefined ? [] : unit.changes.map(() => alone.output),
      );
      expect(texts.length).toBeGreaterThan(0);
      expect(texts.toSorted()).toEqual(wanted.toSorted());
    }
  });
  test('tells of errors and of names that a URI does not have', () => {
    const error = new DfixError('syntax', 'bad', { file: 'a b/%/Dockerfile', position: { line: 2, column: 3 } });
    const { invocations } = logOf([{ kind: 'error', path: 'a b/%/Dockerfile', error }], [], tool);
    expect(invocations[0].executionSuccessful).toBe(false);
    expect(JSON.stringify(invocations[0])).toContain('a%20b/%25/Dockerfile');
  });
  test('is valid for nothing at all', () => {
    expect(logOf([], [], tool).results).toEqual([]);
  });
});
