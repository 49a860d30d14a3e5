import { describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../../src/project/context.js';
import { readCargo } from '../../../src/project/manifests/cargo.js';
import { readDotnet } from '../../../src/project/manifests/dotnet.js';
import { readGo } from '../../../src/project/manifests/go.js';
import { readGradle } from '../../../src/project/manifests/gradle.js';
import { readMaven } from '../../../src/project/manifests/maven.js';

const paths = (reads: readonly { readonly path: string }[] | undefined) => reads?.map(({ path }) => path);

describe('go', () => {
  test('requires, local replace, cgo', () => {
    const project = readGo(
      memoryContext({
        'go.mod':
          'module example.com/app // main\n\ngo 1.22.1\ntoolchain go1.22.3\n\nrequire (\n\tgithub.com/mattn/go-sqlite3 v1.14.0\n\t"example.com/b" v1.0.0 // indirect\n)\n' +
          'require example.com/c v0.1.0\nreplace example.com/c => ./libs/c\nreplace (\n\texample.com/d => ../d\n\texample.com/e v1.0.0 => example.com/f v1.0.0\n)\n',
        'go.sum': '',
        'libs/c/go.mod': 'module example.com/c\n',
        'main.go': 'package main\n\n// #include <x.h>\nimport "C"\n',
        'x_test.go': 'import "C"\n',
      }),
      '',
    );
    expect(project).toMatchObject({
      module: 'example.com/app',
      cgoModules: ['github.com/mattn/go-sqlite3'],
      cgoFiles: ['main.go'],
    });
    expect(project?.versions.map(({ value }) => value)).toEqual(['1.22.1', 'go1.22.3']);
    expect([...project!.requires.keys()]).toEqual(['github.com/mattn/go-sqlite3', 'example.com/b', 'example.com/c']);
    expect(project?.manifests).toEqual(['go.mod', 'go.sum', 'libs/c/go.mod']);
    expect(paths(project?.readsSource)).toEqual(['libs/c']);
    expect(project?.unreadable).toEqual([
      { path: 'go.mod', line: 13, why: 'replace of example.com/d by a local path: a path outside the context' },
    ]);
  });

  test('go.work', () => {
    const project = readGo(
      memoryContext({
        'go.work': 'go 1.22\nuse (\n\t.\n\t./a\n\t./b\n)\n',
        'go.mod': 'module r\n',
        'a/go.mod': 'module a\nreplace x => ../x\n',
        'a/go.work': 'use ..\n',
        'b/go.mod': 'module b\n',
        'b/go.sum': '',
      }),
      '',
    );
    expect(project).toMatchObject({ uses: ['', 'a', 'b'], module: 'r' });
    expect(project?.manifests).toEqual(['a/go.mod', 'b/go.mod', 'b/go.sum', 'go.mod', 'go.work']);
    expect(project?.localReplaces).toEqual(new Map([['x', 'x']]));
  });

  test.each([
    ['module a\nrequire (\n', '"require (" is never closed', undefined],
    ['module a\n=> x\n', 'not a directive of a Go module file', 2],
  ])('malformed: %j', (text, why, line) => {
    expect(readGo(memoryContext({ 'go.mod': text }), '')?.unreadable).toEqual([{ path: 'go.mod', line, why }]);
  });
});

describe('cargo', () => {
  test('workspace, path dependencies, build.rs', () => {
    const project = readCargo(
      memoryContext({
        'Cargo.toml':
          '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/x"]\n[workspace.dependencies]\nshared = { path = "libs/shared" }\n',
        'Cargo.lock': '',
        'rust-toolchain.toml': '[toolchain]\nchannel = "1.77"\n',
        'crates/a/Cargo.toml':
          '[package]\nname = "a"\n[dependencies]\nserde = "1"\nopenssl-sys = "0.9"\nlocal = { path = "../../libs/local" }\n[target."cfg(unix)".dependencies]\nnix = "0.1"\n',
        'crates/a/src/main.rs': '',
        'crates/a/src/bin/tool.rs': '',
        'crates/a/build.rs': '',
        'crates/x/Cargo.toml': '[package]\nname = "x"\n',
        'libs/local/Cargo.toml': '[package]\nname = "local"\nbuild = false\n',
        'libs/local/build.rs': '',
        'libs/shared/Cargo.toml': '[package]\nname = "shared"\n',
      }),
      '',
    );
    expect(project?.manifests).toEqual([
      'Cargo.lock',
      'Cargo.toml',
      'crates/a/Cargo.toml',
      'libs/local/Cargo.toml',
      'libs/shared/Cargo.toml',
      'rust-toolchain.toml',
    ]);
    expect(project).toMatchObject({
      binaries: ['a', 'tool'],
      buildScripts: ['crates/a/build.rs'],
      sysCrates: ['openssl-sys'],
      versions: [{ value: '1.77', from: 'rust-toolchain.toml' }],
    });
    expect([...project!.dependencies].sort()).toEqual(['local', 'nix', 'openssl-sys', 'serde']);
    expect(paths(project?.readsSource)).toEqual(['libs/shared', 'libs/local', 'crates/a/build.rs']);
    expect(project?.unreadable).toEqual([]);
  });
});

describe('maven', () => {
  const pom = (inside: string) => `<?xml version="1.0"?>\n<project xmlns="x">\n${inside}\n</project>\n`;

  test('modules, parent, wrapper', () => {
    const project = readMaven(
      memoryContext({
        'pom.xml': pom(
          '<!-- <modules><module>no</module></modules> --><artifactId>app</artifactId><version>1.0</version><packaging>pom</packaging>' +
            '<properties><java.version>17</java.version></properties><modules><module>a</module></modules>' +
            '<profiles><profile><modules><module>b</module></modules></profile></profiles>',
        ),
        'a/pom.xml': pom(
          '<parent><artifactId>p</artifactId><relativePath>../parent/pom.xml</relativePath></parent>' +
            '<build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>' +
            '<dependencies><dependency><groupId>g</groupId><artifactId>local</artifactId><systemPath>${project.basedir}/lib/x.jar</systemPath></dependency></dependencies>',
        ),
        'b/pom.xml': pom('<parent><artifactId>app</artifactId></parent>'),
        'parent/pom.xml': pom('<artifactId>p</artifactId>'),
        mvnw: '',
        '.mvn/wrapper/maven-wrapper.properties': 'distributionUrl=https://repo.example/apache-maven-3.9.6-bin.zip\n',
      }),
      '',
    );
    expect(project?.manifests).toEqual(['.mvn/wrapper/maven-wrapper.properties', 'a/pom.xml', 'b/pom.xml', 'mvnw', 'parent/pom.xml', 'pom.xml']); // prettier-ignore
    expect(project).toMatchObject({
      artifactId: 'app',
      packaging: 'pom',
      finalName: 'app-1.0',
      wrapper: true,
      wrapperVersion: '3.9.6',
      plugins: ['org.springframework.boot:spring-boot-maven-plugin'],
      versions: [{ value: '17' }],
    });
    expect(project?.modules).toEqual(['a', 'b', 'parent']);
    expect(paths(project?.readsSource)).toEqual(['a/lib/x.jar']);
    expect(project?.unreadable).toEqual([]);
  });

  test.each([
    ['<project>\n<a>\n</b></project>', 3],
    ['<project>\n<a b=c/></project>', 2],
    ['<project>', 1],
    ['no xml', 1],
  ])('malformed: %j', (text, line) => {
    expect(readMaven(memoryContext({ 'pom.xml': text }), '')?.unreadable).toEqual([
      { path: 'pom.xml', line, why: 'not valid XML' },
    ]);
  });

  test('a module that is not there, or computed', () => {
    const text = pom('<modules><module>gone</module><module>${x}</module></modules>');
    expect(readMaven(memoryContext({ 'pom.xml': text }), '')?.unreadable).toHaveLength(2);
  });
});

describe('gradle', () => {
  test('includes, wrapper, catalogue, buildSrc', () => {
    const project = readGradle(
      memoryContext({
        'settings.gradle.kts':
          'rootProject.name = "app"\n// include("no")\ninclude("core", ":web:api")\ninclude(\n  ":x"\n)\nincludeBuild("plugins")\n',
        'build.gradle.kts':
          'plugins { id("org.springframework.boot") version "3" }\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\n',
        'core/build.gradle': 'apply plugin: \'java\'\napply from: "$rootDir/gradle/x.gradle"\n',
        'web/api/build.gradle.kts': '',
        'gradle/libs.versions.toml': '',
        'gradle/x.gradle': '',
        'gradle/wrapper/gradle-wrapper.jar': '',
        'gradle/wrapper/gradle-wrapper.properties': 'distributionUrl=https\\://services.example/gradle-8.7-bin.zip\n',
        gradlew: '',
        'buildSrc/src/main/kotlin/c.kt': '',
        'plugins/build.gradle.kts': '',
      }),
      '',
    );
    expect(project).toMatchObject({
      rootName: 'app',
      includes: ['core', 'web/api', 'x'],
      wrapper: true,
      wrapperVersion: '8.7',
    });
    expect(project?.plugins).toEqual(['java', 'org.springframework.boot']);
    expect(project?.manifests).toEqual(
      expect.arrayContaining(['core/build.gradle', 'gradle/libs.versions.toml', 'web/api/build.gradle.kts', 'buildSrc/src/main/kotlin/c.kt']), // prettier-ignore
    );
    expect(paths(project?.readsSource)).toEqual(['buildSrc', 'plugins', 'gradle/x.gradle']);
    expect(project?.versions).toEqual([{ value: '21', from: 'build.gradle.kts' }]);
    expect(project?.unreadable).toEqual([]);
  });

  test.each(["include 'a', name", 'include(names)', "include 'a' + b", 'file(".").eachDir { include it.name }'])(
    'computed: %s',
    (line) => {
      expect(readGradle(memoryContext({ 'settings.gradle': `\n${line}\n` }), '')?.unreadable).toEqual([
        { path: 'settings.gradle', line: 2, why: 'an include that is computed' },
      ]);
    },
  );

  test('groovy without brackets', () => {
    const text = "include 'a', 'b:c'\ninclude 'd'\nrootProject.name = 'r'\n";
    expect(readGradle(memoryContext({ 'settings.gradle': text }), '')).toMatchObject({
      includes: ['a', 'b/c', 'd'],
      unreadable: [],
    });
  });
});

describe('dotnet', () => {
  const files = {
    'App.sln':
      'Project("{F}") = "Web", "src\\Web\\Web.csproj", "{1}"\r\nEndProject\r\nProject("{2}") = "docs", "docs", "{3}"\r\nEndProject\r\n',
    'Directory.Build.props': '<Project><Import Project="build/common.props" /></Project>',
    'build/common.props': '<Project/>',
    'global.json': '{ "sdk": { "version": "8.0.100" } } // pinned',
    'nuget.config': '<configuration><packageSources><add key="l" value="./packages" /><add key="n" value="https://example.org/v3" /></packageSources></configuration>', // prettier-ignore
    'src/Web/Web.csproj':
      '\ufeff<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup><ProjectReference Include="..\\Core\\Core.fsproj" /><PackageReference Include="Dapper" Version="2" /></ItemGroup></Project>',
    'src/Core/Core.fsproj':
      '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFrameworks>net8.0;net6.0</TargetFrameworks></PropertyGroup></Project>',
    'src/Core/packages.lock.json': '{}',
    'src/Directory.Packages.props': '<Project/>',
    'tests/T.csproj': '<Project/>',
  };

  test.each(['', 'src/Web'])('from %j', (folder) => {
    const project = readDotnet(memoryContext(files), folder);
    expect(project?.manifests).toEqual([
      ...(folder === '' ? ['App.sln'] : []),
      'Directory.Build.props',
      'build/common.props',
      'global.json',
      'nuget.config',
      'src/Core/Core.fsproj',
      'src/Core/packages.lock.json',
      'src/Directory.Packages.props',
      'src/Web/Web.csproj',
    ]);
    expect(project?.assemblies).toMatchObject([
      { path: 'src/Core/Core.fsproj', targetFrameworks: ['net8.0', 'net6.0'], assemblyName: 'Core' },
      {
        path: 'src/Web/Web.csproj',
        sdk: 'Microsoft.NET.Sdk.Web',
        packages: ['Dapper'],
        references: ['src/Core/Core.fsproj'],
      },
    ]);
    expect(paths(project?.readsSource)).toEqual(['packages']);
    expect(project?.versions[0]).toEqual({ value: '8.0.100', from: 'global.json sdk.version' });
    expect(project?.unreadable).toEqual([]);
  });

  test('what is not found or computed', () => {
    const text =
      '<Project>\n<Import Project="$(Root)/x.props" />\n<ProjectReference Include="../gone.csproj" /></Project>';
    const project = readDotnet(memoryContext({ 'a/a.csproj': text }), 'a');
    expect(project?.unreadable.map(({ line }) => line).sort()).toEqual([2, 3]);
  });
});
