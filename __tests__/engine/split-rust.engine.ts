import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';
import { has, start } from './support/start.js';

/** A server that asks itself, prints the answer and ends with a code of its own. */
const MAIN = `use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::{env, fs, process, thread};

static STYLE: &str = include_str!("../style.css");

fn main() {
    let page = fs::read_to_string("pages/index.html").unwrap();
    let listener = TcpListener::bind("127.0.0.1:8080").unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 512];
        stream.read(&mut head).unwrap();
        write!(stream, "HTTP/1.0 200 OK\\r\\n\\r\\n{}{}", page, STYLE).unwrap();
    });
    let mut stream = TcpStream::connect("127.0.0.1:8080").unwrap();
    write!(stream, "GET / HTTP/1.0\\r\\n\\r\\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    println!("{} {}", answer.lines().last().unwrap(), env::var("SHOP").unwrap());
    process::exit(6);
}
`;

const FILES = {
  'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
  'Cargo.lock': 'version = 3\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n',
  'src/main.rs': MAIN,
  'style.css': 'p {}',
  'pages/index.html': '<p>shop</p>',
};
const DOCKERFILE =
  'FROM rust:1.63\nENV SHOP=open\nWORKDIR /app\nCOPY . .\nRUN cargo build --release\nCMD ["./target/release/shop"]\n';

const hasImage =
  hasEngine &&
  execFileSync('docker', ['image', 'ls', '-q', 'rust:1.63'], { encoding: 'utf8' }).trim() !== '' &&
  execFileSync('docker', ['image', 'ls', '-q', 'debian:bookworm-slim'], { encoding: 'utf8' }).trim() !== '';
if (!hasImage) process.stderr.write('skipped: no image rust:1.63 to split a Rust build stage with\n');

(hasImage ? describe : describe.skip)('a Rust program', () => {
  let bench: Bench;
  afterAll(() => bench.close());

  test('ships without the toolchain, and answers the same', async () => {
    bench = openBench(FILES);
    const project = readProject(memoryContext(FILES));
    const result = runTransforms(DOCKERFILE, { transforms: [splitBuildStage], project });
    expect(result.refusals).toEqual([]);
    const release = /^FROM debian:(\w+)-slim$/m.exec(result.output)?.[1];
    expect(result.output).toContain(`FROM rust:1.63-${release} AS build\n`);
    // The stand-in images are one Debian whatever release a name says.
    for (const [from, to] of [
      ['rust:1.63', `rust:1.63-${release}`],
      ['debian:bookworm-slim', `debian:${release}-slim`],
    ] as const)
      execFileSync('docker', ['tag', from, to]);
    const [before, after] = [await bench.build(DOCKERFILE, 'one'), await bench.build(result.output, 'one')];
    const first = await start(before.tag);
    expect(first).toEqual({ code: 6, stdout: '<p>shop</p>p {} open\n' });
    expect(await start(after.tag)).toEqual(first);
    expect(await has(before.tag, 'cargo')).toBe(true);
    expect(await has(after.tag, 'cargo')).toBe(false);
    const [a, b] = [await bench.size(before.tag), await bench.size(after.tag)];
    process.stderr.write(`Rust: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a / 3);
  });
});
