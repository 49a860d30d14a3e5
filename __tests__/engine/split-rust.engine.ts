import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

/** A program with SQLite's library, which a crate of the project and a source of its own link. */
const ROWS = `use std::{env, ffi::CString, process, ptr};

#[link(name = "z")]
extern "C" {
    fn crc32(sum: u64, bytes: *const u8, length: u32) -> u64;
}

fn main() {
    let name = CString::new(":memory:").unwrap();
    let mut db = ptr::null_mut();
    assert_eq!(unsafe { libsqlite3_sys::sqlite3_open(name.as_ptr(), &mut db) }, 0);
    println!("{:x} {}", unsafe { crc32(0, b"shop".as_ptr(), 4) }, env::var("SHOP").unwrap());
    process::exit(5);
}
`;
const BINDINGS = `use std::os::raw::{c_char, c_int, c_void};

#[link(name = "sqlite3")]
extern "C" {
    pub fn sqlite3_open(name: *const c_char, db: *mut *mut c_void) -> c_int;
}
`;

const PACKAGE = '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n';
const LOCK = 'version = 3\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n';
const FILES = {
  'Cargo.toml': PACKAGE,
  'Cargo.lock': LOCK,
  'src/main.rs': MAIN,
  'style.css': 'p {}',
  'pages/index.html': '<p>shop</p>',
};
const SERVED = { code: 6, stdout: '<p>shop</p>p {} open\n' };
const BUILD = 'ENV SHOP=open\nWORKDIR /app\nCOPY . .\nRUN cargo build --release\nCMD ["./target/release/shop"]\n';

const cases = [
  { name: 'beside its files', files: FILES, dockerfile: `FROM rust:1.63\n${BUILD}`, answer: SERVED, smaller: 3 },
  {
    name: 'with libraries of the system',
    files: {
      'Cargo.toml': `${PACKAGE}[dependencies]\nlibsqlite3-sys = { path = "bindings" }\n`,
      'Cargo.lock': `${LOCK}dependencies = [\n "libsqlite3-sys",\n]\n\n[[package]]\nname = "libsqlite3-sys"\nversion = "0.1.0"\n`,
      'src/main.rs': ROWS,
      'bindings/Cargo.toml': PACKAGE.replace('shop', 'libsqlite3-sys'),
      'bindings/src/lib.rs': BINDINGS,
    },
    dockerfile: `FROM rust:1.63\nRUN apt-get update && apt-get install -y --no-install-recommends libsqlite3-dev zlib1g-dev\n${BUILD}`,
    answer: { code: 5, stdout: 'ac6a4ca2 open\n' },
    smaller: 3,
  },
  {
    name: 'on Alpine, without a C library of its own',
    files: FILES,
    dockerfile: `FROM rust:1.63-alpine3.16\n${BUILD}`,
    answer: SERVED,
    smaller: 10,
  },
];

/** Stands for Rust on Alpine: as there, programs hold their C library. */
const STATIC = 'FROM rust:1.63\nENV CARGO_BUILD_RUSTFLAGS="-C target-feature=+crt-static"\n';

const images = ['rust:1.63', 'debian:bookworm-slim', 'alpine:3.20'];
const hasImages =
  hasEngine &&
  images.every((name) => execFileSync('docker', ['image', 'ls', '-q', name], { encoding: 'utf8' }).trim() !== '');
if (!hasImages) process.stderr.write(`skipped: not all of ${images.join(', ')} to split a Rust build stage with\n`);

(hasImages ? describe : describe.skip)('a Rust program', () => {
  const benches: Bench[] = [];
  const made: string[] = [];
  beforeAll(() => {
    execFileSync('docker', ['buildx', 'build', '--quiet', '--load', '-t', 'rust:1.63-alpine3.16', '-'], {
      input: STATIC,
    });
    execFileSync('docker', ['tag', 'alpine:3.20', 'alpine:3.16']);
    made.push('rust:1.63-alpine3.16', 'alpine:3.16');
  });
  afterAll(async () => {
    for (const bench of benches) await bench.close();
    execFileSync('docker', ['image', 'rm', '-f', ...made]);
  });

  test.each(cases)(
    '$name ships without the toolchain, and answers the same',
    async ({ name, files, dockerfile, answer, smaller }) => {
      const bench = openBench(files);
      benches.push(bench);
      const project = readProject(memoryContext(files));
      const result = runTransforms(dockerfile, { transforms: [splitBuildStage], project });
      expect(result.refusals).toEqual([]);
      expect(result.changes.map(({ level }) => level)).toEqual(['review']);
      const release = /^FROM debian:(\w+)-slim$/m.exec(result.output)?.[1];
      // The stand-in images are one Debian whatever release a name says.
      for (const [from, to] of release === undefined
        ? []
        : ([
            ['rust:1.63', `rust:1.63-${release}`],
            ['debian:bookworm-slim', `debian:${release}-slim`],
          ] as const)) {
        execFileSync('docker', ['tag', from, to]);
        expect(result.output).toContain(`FROM ${to}`);
      }
      const [before, after] = [await bench.build(dockerfile, 'one'), await bench.build(result.output, 'one')];
      const first = await start(before.tag);
      expect(first).toEqual(answer);
      expect(await start(after.tag)).toEqual(first);
      expect(await has(before.tag, 'cargo')).toBe(true);
      expect(await has(after.tag, 'cargo')).toBe(false);
      const [a, b] = [await bench.size(before.tag), await bench.size(after.tag)];
      process.stderr.write(`Rust ${name}: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
      expect(b).toBeLessThan(a / smaller);
    },
  );
});
