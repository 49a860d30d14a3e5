import { type Prepare, removesLater } from '../../src/cache-mounts/index.js';

/** The ruby image keeps gems, and their archives, below GEM_HOME; a gem from git would live in the cache. */
export const prepareRuby: Prepare = ({ run, folders }, _facts, _tree, project) => {
  const { image } = run.state;
  if (image.image !== 'ruby') return 'the gem folder is known only in the official ruby image';
  if (run.uses.every(({ invocation }) => !/^bundler?$/.test(invocation.tool ?? ''))) return {};
  if (folders.some(({ path }) => removesLater(run, -1, path))) return {};
  const gemfiles =
    project?.ruby.map(({ folder }) => project.context.read(folder === '' ? 'Gemfile' : `${folder}/Gemfile`) ?? '') ??
    [];
  if (gemfiles.length === 0)
    return 'without the Gemfile it is not known whether gems come from git, and those live in the cache';
  return gemfiles.some((text) => /\b(git|github|gist|bitbucket)\s*(:|=>|\()|^[ \t]*git\b/m.test(text))
    ? 'the Gemfile has gems from git, and those live in the cache'
    : {};
};

const CONDA_IMAGES = /^(continuumio\/(mini|ana)conda3?|condaforge\/(mini|mamba)forge(3|-pypy3)?)$/;

export const prepareConda: Prepare = ({ run }) =>
  CONDA_IMAGES.test(run.state.image.image) || run.state.env.has('CONDA_PKGS_DIRS')
    ? {}
    : 'conda is not at a known place in this image';

export const prepareMaven: Prepare = ({ run, uses }, { file }, tree) => {
  const opts = run.state.env.get('MAVEN_OPTS') ?? run.state.env.get('MAVEN_ARGS');
  const inline = uses.some(({ invocation }) =>
    invocation.environment.some(
      ([name, value]) => /^MAVEN_(OPTS|ARGS)$/.test(name) && (value?.value ?? '?').includes('repo.local'),
    ),
  );
  if (inline || (opts !== undefined && (opts.value ?? 'maven.repo.local').includes('maven.repo.local')))
    return 'MAVEN_OPTS may move the repository';
  if (uses.some(({ invocation }) => invocation.args.some(({ text }) => text.includes('maven.repo.local'))))
    return 'maven.repo.local moves the repository';
  if (uses.some(({ invocation }) => invocation.args.some(({ text }) => text.includes('settings-docker.xml'))))
    return "the image's settings-docker.xml keeps the repository beside it";
  const shipped = tree.some(({ stage }) => stage === file.stages.at(-1));
  const listed = tree.find(({ uses: all }) =>
    all.some(({ invocation }) =>
      invocation.args.some(({ text }) => /\bdependency:([\w.]+:)?build-classpath\b/.test(text)),
    ),
  );
  return shipped && listed !== undefined
    ? `line ${listed.instruction.lines.first} writes a class path of files in the repository`
    : {};
};

/** Before .NET Core 3 a build, unlike a publication, leaves the libraries in the NuGet folder. */
export const prepareNuget: Prepare = ({ run }, facts, tree) => {
  const last = facts.file.stages.at(-1)!;
  const old = /^(microsoft\/(dotnet|aspnetcore-build)|mcr\.microsoft\.com\/dotnet\/core\/sdk)(:[12]\.|:[12]$|:[12]-)/;
  const published = tree.some(({ uses }) => uses.some(({ invocation }) => invocation.subcommand === 'publish'));
  return old.test(facts.rootImage(run.stage) ?? '') && !published && tree.some(({ stage }) => stage === last)
    ? 'the image runs what is only built, and that finds its libraries in the NuGet folder'
    : {};
};

export const prepareGradle: Prepare = ({ run }, { file }) =>
  run.state.image.image === 'gradle' && /(~|\/root|\$HOME|\$\{HOME\})\/\.gradle/.test(file.text)
    ? 'in the gradle image /root/.gradle is a link to /home/gradle/.gradle, and this file uses it'
    : {};
