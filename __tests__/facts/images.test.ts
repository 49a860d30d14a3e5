import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseImageReference } from '../../src/facts/image-reference.js';
import { describeImage, type ImageFacts } from '../../src/facts/images/distribution.js';
import { date, joinTag, source, tagExists, variantsOf } from '../../src/facts/images/tags.js';

describe('tagExists', () => {
  test.each([
    ['node', '20', true],
    ['node', '20-slim', true],
    ['node', '20-bookworm-slim', true],
    ['node', '16-bookworm', true],
    ['node', '14-bookworm', false],
    ['node', '20-alpine3.18', true],
    ['node', 'latest', true],
    ['node', 'lts-alpine', true],
    ['node', '', false],
    ['node', '-slim', false],
    ['node', '20-', false],
    ['python', '3.12-slim-bookworm', true],
    ['python', '3.12-bookworm-slim', false],
    ['python', '3.10.0a1-alpine3.12', true],
    ['golang', '1.22-slim', false],
    ['golang', '1.22-alpine', true],
    ['php', '8.2-fpm-alpine', true],
    ['php', '7.0.0RC1-cli', true],
    ['openjdk', '22-ea-16-jdk-slim', true],
    ['eclipse-temurin', '17-jre-jammy', true],
    ['debian', 'bookworm-slim', true],
    ['debian', '12-slim', true],
    ['ubuntu', '22.04', true],
    ['ubuntu', '22.04-slim', false],
    ['constructor', 'x', undefined],
    ['me/node', '20', undefined],
  ])('%s:%s → %s', (image, tag, exists) => {
    expect(tagExists(image, tag)).toBe(exists);
  });
});

describe('variantsOf', () => {
  test('gives the variants of the same version, and every one is a tag', () => {
    const found = variantsOf('node', '20-bookworm')!;
    expect(found).toMatchObject({ version: '20', variant: 'bookworm' });
    expect(found.variants).toEqual(expect.arrayContaining(['', 'slim', 'bookworm-slim', 'alpine', 'bullseye']));
    for (const variant of found.variants) expect(tagExists('node', joinTag(found.version, variant))).toBe(true);
  });

  test.each([
    ['node', 'alpine', '', 'alpine'],
    ['openjdk', '22-ea-16-jdk-slim', '22-ea-16', 'jdk-slim'],
    ['debian', 'bookworm-20240110-slim', 'bookworm-20240110', 'slim'],
    ['ruby', '3.2.2', '3.2.2', ''],
  ])('%s:%s is version %j, variant %j', (image, tag, version, variant) => {
    expect(variantsOf(image, tag)).toMatchObject({ version, variant });
  });

  test('is undefined for a tag that never was', () => {
    expect(variantsOf('node', '20-bookwurm')).toBeUndefined();
  });

  test('the table says its day and source', () => {
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(source).toContain('official-images');
  });
});

const about = (reference: string): ImageFacts => describeImage(parseImageReference(reference)!);
const digest = `sha256:${'a'.repeat(64)}`;

describe('describeImage: family, distribution, release, libc, user, home, workdir', () => {
  test.each`
    reference                                               | expected
    ${'debian:12'}                                          | ${'debian debian bookworm glibc root /root /'}
    ${'debian:12.5-slim'}                                   | ${'debian debian bookworm glibc root /root /'}
    ${'debian:bookworm-20240110-slim'}                      | ${'debian debian bookworm glibc root /root /'}
    ${'debian:sid'}                                         | ${'debian debian sid glibc root /root /'}
    ${'debian:stable-slim'}                                 | ${'debian debian - glibc root /root /'}
    ${'debian'}                                             | ${'debian debian - glibc root /root /'}
    ${'ubuntu:22.04'}                                       | ${'debian ubuntu jammy glibc root /root /'}
    ${'ubuntu:noble-20240605'}                              | ${'debian ubuntu noble glibc root /root /'}
    ${'ubuntu:rolling'}                                     | ${'debian ubuntu - glibc root /root /'}
    ${`ubuntu@${digest}`}                                   | ${'debian ubuntu - glibc root /root /'}
    ${'alpine:3.20.1'}                                      | ${'alpine alpine 3.20 musl root /root /'}
    ${'alpine:3'}                                           | ${'alpine alpine - musl root /root /'}
    ${'alpine:edge'}                                        | ${'alpine alpine edge musl root /root /'}
    ${'alpine:20240606'}                                    | ${'alpine alpine - musl root /root /'}
    ${'busybox:musl'}                                       | ${'busybox busybox - musl root /root /'}
    ${'busybox'}                                            | ${'busybox busybox - unknown root /root /'}
    ${'fedora:40'}                                          | ${'rhel fedora 40 glibc root /root /'}
    ${'centos:7.9.2009'}                                    | ${'rhel centos 7 glibc root /root /'}
    ${'quay.io/centos/centos:stream9'}                      | ${'rhel centos 9 glibc root /root /'}
    ${'rockylinux:9.3-minimal'}                             | ${'rhel rockylinux 9 glibc root /root /'}
    ${'oraclelinux:8-slim'}                                 | ${'rhel oraclelinux 8 glibc root /root /'}
    ${'amazonlinux:2023'}                                   | ${'rhel amazonlinux 2023 glibc root /root /'}
    ${'archlinux'}                                          | ${'arch archlinux - glibc root /root /'}
    ${'opensuse/leap:15.5'}                                 | ${'suse opensuse 15.5 glibc root /root /'}
    ${'registry.access.redhat.com/ubi9-minimal:9.3'}        | ${'rhel ubi 9 glibc root /root /'}
    ${'node:20'}                                            | ${'debian debian - glibc root /root /'}
    ${'node:20.11.1-bookworm-slim'}                         | ${'debian debian bookworm glibc root /root /'}
    ${'node:lts-alpine3.19'}                                | ${'alpine alpine 3.19 musl root /root /'}
    ${`node:20-alpine@${digest}`}                           | ${'alpine alpine - musl root /root /'}
    ${`node@${digest}`}                                     | ${'unknown - - unknown - - -'}
    ${'docker.io/library/node:16-stretch'}                  | ${'debian debian stretch glibc root /root /'}
    ${'public.ecr.aws/docker/library/node:20-slim'}         | ${'debian debian - glibc root /root /'}
    ${'arm64v8/python:3.11-slim-buster'}                    | ${'debian debian buster glibc root /root /'}
    ${'python:3.12-rc-bookworm'}                            | ${'debian debian bookworm glibc root /root /'}
    ${'golang:1.22-alpine3.19'}                             | ${'alpine alpine 3.19 musl root /root /go'}
    ${'golang'}                                             | ${'debian debian - glibc root /root /go'}
    ${'rust:1.75-slim-bullseye'}                            | ${'debian debian bullseye glibc root /root /'}
    ${'ruby:3.3'}                                           | ${'debian debian - glibc root /root /'}
    ${'php:8.3-cli'}                                        | ${'debian debian - glibc root /root /'}
    ${'php:8.3-fpm-alpine3.20'}                             | ${'alpine alpine 3.20 musl root /root /var/www/html'}
    ${'openjdk:8-jdk'}                                      | ${'debian debian - glibc root /root /'}
    ${'openjdk:17'}                                         | ${'rhel oraclelinux - glibc root /root /'}
    ${'openjdk:17-oraclelinux8'}                            | ${'rhel oraclelinux 8 glibc root /root /'}
    ${'openjdk:17-slim'}                                    | ${'debian debian - glibc root /root /'}
    ${'openjdk:11-jre-slim-buster'}                         | ${'debian debian buster glibc root /root /'}
    ${'eclipse-temurin:21-jdk'}                             | ${'debian ubuntu - glibc root /root /'}
    ${'eclipse-temurin:17-alpine-3.20'}                     | ${'alpine alpine 3.20 musl root /root /'}
    ${'eclipse-temurin:17-ubi9-minimal'}                    | ${'rhel ubi 9 glibc root /root /'}
    ${'amazoncorretto:17-al2023'}                           | ${'rhel amazonlinux 2023 glibc root /root /'}
    ${'maven:3.9-eclipse-temurin-21-alpine'}                | ${'alpine alpine - musl root /root /'}
    ${'maven:3.6-jdk-8'}                                    | ${'debian debian - glibc root /root /'}
    ${'maven:3.8-openjdk-17'}                               | ${'rhel oraclelinux - glibc root /root /'}
    ${'maven:3-amazoncorretto-17'}                          | ${'rhel amazonlinux - glibc root /root /'}
    ${'maven:3.8'}                                          | ${'unknown - - unknown root /root /'}
    ${'gradle:8-jdk21'}                                     | ${'debian ubuntu - glibc root /root /home/gradle'}
    ${'gradle:4.10'}                                        | ${'debian - - glibc gradle /home/gradle /home/gradle'}
    ${'gradle:5'}                                           | ${'debian - - glibc - - /home/gradle'}
    ${'composer:2'}                                         | ${'alpine alpine - musl root /root /app'}
    ${'composer:2-bin'}                                     | ${'scratch - - none root - /'}
    ${'swift:5.9-amazonlinux2'}                             | ${'rhel amazonlinux 2 glibc root /root /'}
    ${'mcr.microsoft.com/dotnet/sdk:8.0'}                   | ${'debian debian bookworm glibc root /root /'}
    ${'mcr.microsoft.com/dotnet/sdk:10.0'}                  | ${'debian ubuntu noble glibc root /root /'}
    ${'mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled'} | ${'distroless ubuntu jammy glibc 1654 /home/app /'}
    ${'mcr.microsoft.com/dotnet/aspnet:6.0-alpine3.18'}     | ${'alpine alpine 3.18 musl root /root /'}
    ${'mcr.microsoft.com/dotnet/core/sdk:3.1-buster'}       | ${'debian debian buster glibc root /root -'}
    ${'gcr.io/distroless/static-debian12:nonroot'}          | ${'distroless debian bookworm none 65532 /home/nonroot /home/nonroot'}
    ${'gcr.io/distroless/nodejs20-debian12'}                | ${'distroless debian bookworm glibc root /root /'}
    ${'ghcr.io/astral-sh/uv:0.4'}                           | ${'scratch - - none root /root /io'}
    ${'ghcr.io/astral-sh/uv:python3.12-alpine3.20'}         | ${'alpine alpine 3.20 musl root /root /'}
    ${'oven/bun:1-alpine'}                                  | ${'alpine alpine - musl root /root /home/bun/app'}
    ${'denoland/deno:alpine-1.40.0'}                        | ${'alpine alpine - unknown root /root -'}
    ${'mambaorg/micromamba:1.5-jammy'}                      | ${'debian ubuntu jammy glibc mambauser /home/mambauser /tmp'}
    ${'cimg/node:20.1'}                                     | ${'debian ubuntu - glibc circleci /home/circleci /home/circleci/project'}
    ${'jenkins/jenkins:lts-alpine'}                         | ${'alpine alpine - musl jenkins /var/jenkins_home -'}
    ${'bitnami/redis:7.2-debian-12-r1'}                     | ${'debian debian bookworm glibc 1001 - -'}
    ${'bitnami/node:20'}                                    | ${'debian debian - glibc - - -'}
    ${'elasticsearch:7.17'}                                 | ${'unknown - - unknown - - /usr/share/elasticsearch'}
    ${'elasticsearch:8.11.1'}                               | ${'unknown - - unknown elasticsearch /usr/share/elasticsearch /usr/share/elasticsearch'}
    ${'jupyter/base-notebook'}                              | ${'debian ubuntu - glibc jovyan /home/jovyan /home/jovyan'}
    ${'solr:9'}                                             | ${'debian - - glibc solr - /opt/solr'}
    ${'phusion/baseimage:18.04-1.0.0'}                      | ${'debian ubuntu bionic glibc root /root /'}
    ${'mhart/alpine-node:12'}                               | ${'alpine alpine - musl root /root /'}
    ${'keymetrics/pm2:20-alpine'}                           | ${'alpine alpine - musl root /root /'}
    ${'keymetrics/pm2'}                                     | ${'unknown - - unknown root /root /'}
    ${'nvidia/cuda:12.2.0-devel-ubuntu22.04'}               | ${'debian ubuntu jammy glibc root /root /'}
    ${'buildpack-deps:22.04-scm'}                           | ${'debian ubuntu jammy glibc root /root /'}
    ${'ghost:5-alpine3.18'}                                 | ${'alpine alpine 3.18 musl - - -'}
    ${'me/app:alpine'}                                      | ${'unknown - - unknown - - -'}
    ${'registry.example.com/node:20'}                       | ${'unknown - - unknown - - -'}
    ${'scratch'}                                            | ${'scratch - - none root - /'}
  `('$reference', ({ reference, expected }) => {
    const { family, distribution, release, libc, user, home, workdir } = about(reference!);
    expect([family, distribution, release, libc, user, home, workdir].map((fact) => fact ?? '-').join(' ')).toBe(
      expected,
    );
  });
});

describe('describeImage: environment', () => {
  test.each<[reference: string, env: Record<string, string>, absent: readonly string[]]>([
    ['node:20.11.1', { NODE_VERSION: '20.11.1' }, ['YARN_VERSION']],
    ['node:20', {}, ['NODE_VERSION']],
    ['python:3.12', { LANG: 'C.UTF-8' }, ['PYTHON_VERSION']],
    ['python:3.13', {}, ['LANG']],
    ['python:3', {}, ['LANG']],
    ['golang:1.22', { GOPATH: '/go', GOTOOLCHAIN: 'local' }, []],
    ['golang:1.21', { GOTOOLCHAIN: 'local' }, []],
    ['golang:1.21.0', { GOLANG_VERSION: '1.21.0' }, ['GOTOOLCHAIN']],
    ['golang:1.20', { GOPATH: '/go' }, ['GOTOOLCHAIN']],
    ['golang:1.9', { GOPATH: '/go' }, ['GOTOOLCHAIN']],
    ['golang:alpine', { GOTOOLCHAIN: 'local' }, []],
    ['rust:1', { CARGO_HOME: '/usr/local/cargo', RUSTUP_HOME: '/usr/local/rustup' }, ['RUST_VERSION']],
    ['ruby:3.3', { GEM_HOME: '/usr/local/bundle', BUNDLE_APP_CONFIG: '/usr/local/bundle' }, ['BUNDLE_PATH']],
    ['ruby:2.2', {}, ['GEM_HOME']],
    ['composer', { COMPOSER_HOME: '/tmp', COMPOSER_ALLOW_SUPERUSER: '1' }, []],
    ['composer:2-bin', {}, ['COMPOSER_HOME']],
    ['gradle:8', { GRADLE_HOME: '/opt/gradle' }, ['PATH']],
    ['maven:3.9', { MAVEN_HOME: '/usr/share/maven', MAVEN_CONFIG: '/root/.m2' }, ['PATH']],
    ['mcr.microsoft.com/dotnet/sdk:8.0', { NUGET_XMLDOC_MODE: 'skip', DOTNET_NOLOGO: 'true' }, ['DOTNET_SDK_VERSION']],
    ['mcr.microsoft.com/dotnet/aspnet:8.0', { ASPNETCORE_HTTP_PORTS: '8080', APP_UID: '1654' }, ['ASPNETCORE_URLS']],
    ['mcr.microsoft.com/dotnet/aspnet:6.0', { ASPNETCORE_URLS: 'http://+:80' }, ['APP_UID']],
    ['php:8.3-alpine', { PHPIZE_DEPS: expect.stringContaining('pkgconf') as unknown as string }, ['PHP_VERSION']],
    ['me/node:20', {}, ['PATH', 'NODE_VERSION']],
  ])('%s', (reference, env, absent) => {
    const facts = about(reference);
    expect(facts.env).toMatchObject(env);
    for (const name of absent) expect(facts.env).not.toHaveProperty(name);
  });

  test('PATH puts the folders of the image first', () => {
    expect(about('golang:1.22').env['PATH']).toBe(
      '/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    );
  });

  test('a variable with an unknown value is told apart from one that is not set', () => {
    expect(about('node:20').alsoSet).toEqual(['NODE_VERSION', 'YARN_VERSION']);
    expect(about('node:20.11.1').alsoSet).toEqual(['YARN_VERSION']);
    expect(about('node:26').alsoSet).toEqual(['NODE_VERSION']);
    expect(about('debian').alsoSet).toBeUndefined();
  });
});

describe('describeImage: the rest', () => {
  test.each([
    ['golang:1.22-windowsservercore-ltsc2022', 'powershell'],
    ['golang:nanoserver', 'cmd'],
    ['mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022', 'cmd'],
    ['mcr.microsoft.com/windows/servercore:ltsc2022', 'cmd'],
    ['microsoft/nanoserver', 'cmd'],
    ['me/app:windowsservercore-ltsc2019', 'unknown'],
  ])('%s is Windows with shell %s', (reference, shell) => {
    expect(about(reference)).toMatchObject({ os: 'windows', family: 'unknown', libc: 'unknown', env: {}, shell });
  });

  test.each([
    ['node:20', true],
    ['gcr.io/distroless/base', true],
    ['scratch', true],
    ['node:8-onbuild', false],
    [`node@${digest}`, false],
    ['bitnami/redis', false],
    ['me/app', false],
  ])('%s: official %s', (reference, official) => {
    expect(about(reference).official).toBe(official);
  });

  test('an onbuild tag says so', () => {
    expect(about('node:8-onbuild')).toMatchObject({ onbuild: true, workdir: undefined });
    expect(about('rails:onbuild').onbuild).toBe(true);
  });

  test('volumes', () => {
    expect(about('gradle:8').volumes).toEqual(['/home/gradle/.gradle']);
    expect(about('postgres:15').volumes).toEqual(['/var/lib/postgresql/data']);
    expect(about('node:20').volumes).toEqual([]);
  });

  test.each([
    ['node:20', ['node', 'npm', 'npx', 'yarn', 'gcc', 'git', 'curl', 'bash'], ['apk']],
    ['node:20-slim', ['node', 'apt-get', 'bash'], ['gcc', 'git', 'curl']],
    ['node:20-alpine', ['node', 'apk', 'wget'], ['bash', 'curl', 'git', 'gcc', 'apt-get']],
    ['node:26', ['npm'], ['yarn', 'corepack']],
    ['golang:1.22', ['go', 'gcc', 'git'], ['autoconf']],
    ['golang:1.22-alpine', ['go'], ['gcc', 'git', 'bash']],
    ['buildpack-deps:curl', ['curl'], ['git', 'gcc']],
    ['buildpack-deps:bookworm', ['curl', 'git', 'gcc'], []],
    ['gcr.io/distroless/base', [], ['bash', 'apt-get']],
  ])('%s has %j, and %j is not claimed', (reference, present, absent) => {
    const { commands } = about(reference);
    expect(commands).toEqual(expect.arrayContaining(present));
    for (const command of absent) expect(commands).not.toContain(command);
  });

  test('every tag of the table gets facts that agree with its words', () => {
    const path = new URL('../../src/facts/images/tags.json', import.meta.url);
    const table = JSON.parse(readFileSync(path, 'utf8')) as {
      images: Record<string, { groups: Record<string, string> }>;
    };
    const wrong: string[] = [];
    for (const [image, { groups }] of Object.entries(table.images)) {
      for (const list of Object.keys(groups)) {
        const version = list.split(' ')[0]!;
        for (const variant of variantsOf(image, version === '_' ? 'latest' : version)?.variants ?? []) {
          const tag = joinTag(version === '_' ? '' : version, variant);
          const { os, family, libc } = about(`${image}:${tag}`);
          const right =
            (os === 'windows') === /windowsservercore|nanoserver/.test(tag) &&
            (family === 'alpine' || !/alpine/.test(tag)) &&
            ((family === 'debian' && libc === 'glibc') || !/bookworm|jammy/.test(tag));
          if (!right) wrong.push(`${image}:${tag}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
