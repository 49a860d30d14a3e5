import { DfixError } from '../../errors.js';
import type { Answer } from '../../verify/types.js';
import { PROBES } from './probe-data.js';
import type { Session } from './session.js';
import { tarOfOne } from './tar-of-one.js';

/** How long one request may take, milliseconds. */
const PATIENCE = 10_000;

/**
 * Asks a container over TCP from a second one in its network: an image that holds one small program and nothing else, so
 * that neither image needs a client and no port is opened on the machine.
 */
export class Probe {
  #tag: string | undefined;

  constructor(readonly session: Session) {}

  async isOpen(container: string, port: number): Promise<boolean> {
    return (await this.#ask(container, port, undefined)).code === 0;
  }

  /** The answer to a GET; status 0 where none comes. */
  async get(container: string, port: number, path: string): Promise<Answer> {
    const request = `GET ${path} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\nAccept: */*\r\n\r\n`;
    const { stdout } = await this.#ask(container, port, request);
    const end = stdout.indexOf('\r\n\r\n');
    const status = /^HTTP\/\d\.\d (\d{3})/.exec(stdout)?.[1];
    if (status === undefined || end < 0) return { path, status: 0, body: '' };
    return { path, status: Number(status), body: stdout.slice(end + 4) };
  }

  async #ask(container: string, port: number, input: string | undefined): Promise<{ code: number; stdout: string }> {
    this.#tag ??= await this.#import();
    const name = this.session.newContainer();
    const limits = ['--cap-drop=ALL', '--security-opt=no-new-privileges', '--memory=32m', '--read-only'];
    const network = `--network=container:${container}`;
    const command = [this.session.program, 'run', '--rm', '-i', `--name=${name}`, network, ...limits, this.#tag];
    try {
      return await this.session.call([...command, '/probe', String(port), ...(input === undefined ? ['open'] : [])], {
        input: input ?? '',
        timeout: PATIENCE,
      });
    } finally {
      await this.session.removeContainer(name);
    }
  }

  async #import(): Promise<string> {
    const { program } = this.session;
    const question =
      program === 'docker' ? ['version', '--format', '{{.Server.Arch}}'] : ['info', '--format', '{{.Host.Arch}}'];
    const { stdout } = await this.session.must([program, ...question]);
    const probe = PROBES[stdout.trim()];
    if (probe === undefined) throw new DfixError('engine', `requests cannot be made on an engine for ${stdout.trim()}`);
    const tag = this.session.newTag();
    await this.session.must([program, 'import', '-', tag], { input: tarOfOne('probe', Buffer.from(probe, 'base64')) });
    return tag;
  }
}
