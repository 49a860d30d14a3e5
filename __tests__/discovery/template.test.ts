import { describe, expect, test } from '@jest/globals';
import { isTemplate, templateSign } from '../../src/discovery/template.js';

describe('templates', () => {
  test.each([
    ['FROM {{ base }}\n', 1, 6],
    ['FROM a\nENV V={{ v }}\n', 2, 7],
    ['FROM a\n  {% if x %}\nRUN y\n', 2, 3],
    ['<% if x %>\nFROM a\n', 1, 1],
    ['FROM a\nCOPY --from={{ stage }} /a /b\n', 2, 13],
    ['FROM a\nRUN x \\\n{% if y %}\n  && z\n', 3, 1],
    ['FROM a\nONBUILD COPY {{ x }} /y\n', 2, 14],
    ['{{ header }}\nFROM a\nRUN <<EOF\n', 1, 1],
    ['FROM a\nENV A=1 \\\n    B={{ b }}\n', 3, 7],
    ['FROM ${{ matrix.base }}\n', 1, 7],
    ['FROM a:%%VERSION%%-alpine\n', 1, 8],
    ['FROM a\n%%VARIABLES%%\nRUN x\n', 2, 1],
  ])('%j at %i:%i', (text, line, column) => {
    expect(templateSign('Dockerfile', text)?.position).toEqual({ line, column });
  });

  test.each([
    "FROM a\nRUN docker inspect -f '{{.Id}}' x\n",
    "FROM a\nRUN go list -f '{{.Dir}}' ./... \\\n  && true\n",
    'FROM a\nRUN echo ${{ x\n',
    '# {{ folded }} {% x %}\nFROM a\n# <% y %>\nRUN x \\\n# {% note %}\n  y\n',
    'FROM a\nHEALTHCHECK CMD docker ps --format "{{.Names}}"\nCMD ["x", "{{.Y}}"]\nLABEL a="{{x}}"\n',
    'FROM a\nCOPY <<EOF /etc/x\n{% if x %}\n{{ y }}\nEOF\n',
    'FROM a\nRUN <<EOF\n{{ x }}\nEOF\n',
    'FROM a\nENV F=%{http_code}%\n',
    'FROM a\nRUN for %%f in (*) do echo %%f\nENV P=%%A%\n',
    '',
  ])('%j is a Dockerfile', (text) => expect(isTemplate('Dockerfile', text)).toBe(false));

  test('the name alone can tell', () => {
    expect(templateSign('x/Dockerfile.j2', 'FROM a\n')).toEqual({ message: 'its name says that it is a template' });
  });
});
