/** The page: reads its controls, shows the result, keeps the link. Runs in a browser only. */
import { transforms } from '../../transforms/index.js';
import { LEVELS, type Level } from '../transform/index.js';
import { fromFragment, toFragment } from './share.js';
import { show } from './show.js';

const EXAMPLE = `FROM python:3.12
WORKDIR /app
RUN apt-get update
RUN apt-get install -y gcc libpq-dev
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "app.py"]
`;

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const source = element<HTMLTextAreaElement>('source');
const allow = element<HTMLSelectElement>('allow');
const list = element('transforms');
const result = element('result');
const status = element('status');
const shown = transforms.filter(({ meta }) => meta.preset === 'default');

for (const { meta } of shown) {
  const label = document.createElement('label');
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.value = meta.name;
  box.checked = true;
  label.title = meta.summary;
  label.append(box, ` ${meta.name}`);
  list.append(label);
}
const boxes = (): readonly HTMLInputElement[] => [...list.querySelectorAll('input')];

function read(): void {
  const shared = fromFragment(location.hash);
  source.value = shared?.text ?? EXAMPLE;
  allow.value = LEVELS.includes(shared?.allow as Level) ? shared!.allow : 'review';
  for (const box of boxes()) box.checked = shared?.skip.includes(box.value) !== true;
}

function update(): void {
  const started = performance.now();
  const skip = boxes()
    .filter(({ checked }) => !checked)
    .map(({ value }) => value);
  const used = shown.filter(({ meta }) => !skip.includes(meta.name));
  const made = show(source.value, allow.value as Level, used);
  result.innerHTML = made.html;
  const elapsed = performance.now() - started;
  status.textContent = `${made.status}, in ${Math.max(1, Math.round(elapsed))} ms`;
  status.dataset['milliseconds'] = elapsed.toFixed(1);
  status.dataset['output'] = made.output;
  history.replaceState(null, '', `#${toFragment({ text: source.value, allow: allow.value, skip })}`);
}

async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = `${what} copied`;
  } catch {
    status.textContent = `the browser does not let this page copy; the ${what} is in the address bar`;
  }
}

read();
update();
let waiting: number | undefined;
source.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(update, 120) as unknown as number;
});
allow.addEventListener('change', update);
list.addEventListener('change', update);
element('share').addEventListener('click', () => void copy(location.href, 'link'));
addEventListener('hashchange', () => {
  read();
  update();
});
