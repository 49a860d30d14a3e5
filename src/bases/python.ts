import type { Instruction } from '../dockerfile/index.js';
import type { PythonProject } from '../project/manifests/python.js';
import type { Invocation } from '../shell/index.js';
import { bring, line, type Scan } from './scan.js';
import { scanSources } from './sources.js';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Distributions of Python code alone, or whose native parts are optional and left out where nothing can build them. */
const pure = words(`
  aiofiles aiohttp-cors aiosignal alembic amqp anyio apscheduler argcomplete arrow asgiref asn1crypto async-timeout attrs authlib awscli babel backoff
  beautifulsoup4 billiard bleach blinker boto boto3 botocore bottle bs4 cachetools celery certifi chardet charset-normalizer cherrypy click click-plugins
  click-repl colorama coloredlogs configparser croniter dash dateparser decorator defusedxml deprecated discord-py dj-database-url django django-allauth
  django-celery-beat django-celery-results django-cors-headers django-debug-toolbar django-environ django-extensions django-filter django-redis
  django-rest-framework django-storages djangorestframework djangorestframework-simplejwt dnspython docker docutils drf-spectacular drf-yasg
  ecdsa elasticsearch email-validator environs et-xmlfile exceptiongroup factory-boy faker falcon fastapi filelock flake8 flasgger flask flask-admin flask-appbuilder
  flask-babel flask-bcrypt flask-caching flask-cors flask-jwt-extended flask-limiter flask-login flask-mail flask-marshmallow flask-migrate
  flask-restful flask-restplus flask-restx flask-script flask-session flask-socketio flask-sqlalchemy flask-wtf freezegun future gitdb
  google-api-core google-api-python-client google-auth google-auth-httplib2 google-auth-oauthlib google-cloud-core google-cloud-storage
  googleapis-common-protos graphene graphql-core gspread gunicorn h11 h2 hpack hyperframe html5lib httpcore httplib2 httpx
  humanize hypercorn idna importlib-metadata influxdb iniconfig inflection invoke isodate isort itsdangerous jdcal jinja2 jmespath joblib josepy jsonpatch
  jsonpickle jsonpointer jsonschema kafka-python kombu kubernetes ldap3 limits loguru lxml-html-clean mako markdown markdown2 marshmallow
  marshmallow-sqlalchemy mock mongoengine more-itertools motor munch mypy-extensions nose oauth2client oauthlib odfpy openai openpyxl
  opentelemetry-api opentelemetry-sdk packaging paho-mqtt passlib pathspec pep8 pexpect pika pip pipenv platformdirs pluggy ply prometheus-client
  prompt-toolkit ptyprocess py pyasn1 pyasn1-modules pycodestyle pycparser pydantic-settings pyflakes pygments pyjwt pylint pymysql pyopenssl pyparsing
  pyperclip pyserial pysocks pytest pytest-asyncio pytest-cov pytest-django pytest-mock python-dateutil python-decouple python-docx python-dotenv python-editor
  python-engineio python-gitlab python-http-client python-jose python-json-logger python-multipart python-slugify python-socketio
  python-telegram-bot pytimeparse pytz pytz-deprecation-shim pyvirtualdisplay pywebpush qrcode raven redis requests requests-oauthlib requests-toolbelt responses
  rich rq rsa s3transfer schedule scrapy-splash selenium sendgrid sentry-sdk serpy setuptools sh shellingham simple-websocket six slack-sdk slackclient
  slackbot sniffio social-auth-core sortedcontainers soupsieve sqlalchemy-utils sqlmodel sqlparse sse-starlette starlette
  statsd streamlit-option-menu stripe structlog supervisor tabulate tenacity termcolor text-unidecode tinydb toml tomli toolz tqdm traitlets
  twilio typer types-requests typing-extensions typing-inspection tzdata tzlocal unidecode uritemplate urllib3 user-agents uvicorn validators vine virtualenv
  waitress wcwidth webencodings websocket-client werkzeug wheel whitenoise wsproto wtforms xlrd xlsxwriter xlwt xmltodict yarg zipp poetry poetry-core uv
  sqlalchemy markupsafe pyyaml websockets flask-httpauth tornado simplejson ruamel-yaml wtforms-sqlalchemy
  coverage msgpack pyrsistent`);

/**
 * Distributions with wheels for glibc on x86-64 and ARM64 for every Python of these years: taken when the newest may be
 * installed (no version asked for), or when a lockfile lists the wheel.
 */
const wheels =
  words(`numpy pandas scipy pillow cryptography cffi lxml aiohttp multidict yarl frozenlist grpcio protobuf pydantic pydantic-core orjson
  psycopg2-binary psycopg-binary psutil greenlet gevent bcrypt pynacl argon2-cffi argon2-cffi-bindings regex scikit-learn matplotlib kiwisolver contourpy ujson httptools uvloop watchfiles
  rpds-py jiter tiktoken tokenizers safetensors hiredis zope-interface twisted asyncpg pymongo rapidfuzz wrapt brotli cython xgboost
  lightgbm tornado pyarrow`);

/** What others need to be built, and to run. */
const native: Readonly<Record<string, { readonly build: readonly string[]; readonly run: readonly string[] }>> = {
  psycopg2: { build: ['gcc', 'libc6-dev', 'libpq-dev'], run: ['libpq5'] },
  mysqlclient: { build: ['gcc', 'libc6-dev', 'pkg-config', 'default-libmysqlclient-dev'], run: ['libmariadb3'] },
  uwsgi: { build: ['gcc', 'libc6-dev'], run: [] },
  netifaces: { build: ['gcc', 'libc6-dev'], run: [] },
  gitpython: { build: [], run: ['git'] },
  'python-magic': { build: [], run: ['libmagic1'] },
};

/** Programs of Python distributions that need nothing of the system. */
const programs =
  words(`python python2 python3 pip pip2 pip3 pypy pypy3 gunicorn uvicorn hypercorn flask django-admin celery alembic pytest waitress-serve streamlit daphne
  supervisord supervisorctl poetry pipenv uv uvx pdm virtualenv venv fastapi rq scrapy dash jupyter jupyter-notebook jupyter-lab ipython black flake8 mypy isort coverage tox
  rqworker mkdocs sphinx-build airflow prefect dagster mlflow uwsgi pipx`);

/** Looks at a command of the Python world: true when it was one. */
export function scanPython(invocation: Invocation, at: Instruction, scan: Scan): boolean {
  const { tool, subcommand, operands, options, args } = invocation;
  if (/^(?:compileall|venv|ensurepip|virtualenv)$/.test(tool ?? '')) return true;
  if (
    tool === undefined ||
    !(programs.has(tool) || /^python[23](?:\.\d+)?$/.test(tool) || /^pip[23](?:\.\d+)?$/.test(tool))
  )
    return false;
  if (/^pip/.test(tool) && tool !== 'pipenv' && tool !== 'pipx') {
    if (/^(?:install|wheel|download)$/.test(subcommand))
      scanPip(
        operands.map(({ value, text }) => value ?? text),
        options.map(({ name }) => name),
        at,
        scan,
      );
    return true;
  }
  if (/^(?:poetry|pipenv|pdm|uv|pipx)$/.test(tool)) {
    if (args.some(({ text }) => /^(?:install|sync|add|pip|update)$/.test(text))) scanPythonProject(at, scan, true);
    return true;
  }
  if (args.length === 1 && /^(?:--version|-V|-v|--help)$/.test(args[0]!.text)) return true;
  if (/^python/.test(tool) && args[0]?.text === '-c' && /\b(?:subprocess|os\.system|popen)\b/.test(args[1]?.text ?? ''))
    scan.needs.refuse(`${line(at)} runs a program that starts others`, at);
  else if (/^python/.test(tool) && args.some(({ text }) => /^setup\.py$/.test(text))) scanPythonProject(at, scan, true);
  else if (
    /^python/.test(tool) &&
    args[0]?.text === '-m' &&
    /^(?:venv|compileall|ensurepip)$/.test(args[1]?.text ?? '')
  )
    return true;
  else scanPythonProject(at, scan, false);
  return true;
}

function scanPip(operands: readonly string[], options: readonly string[], at: Instruction, scan: Scan): void {
  for (const text of operands) {
    if (/^git\+/.test(text)) {
      scan.needs.refuse(`${line(at)} installs from git a distribution of which it is not known what it needs`, at);
      continue;
    }
    if (/^[.$/]|\//.test(text) || text.endsWith('.whl')) {
      scanPythonProject(at, scan, true);
      continue;
    }
    const name =
      /^[\w.-]+/
        .exec(text)?.[0]
        .replace(/[-_.]+/g, '-')
        .toLowerCase() ?? text;
    scanDistribution(name, /[=<~!]/.test(text), true, at, scan);
  }
  if (options.some((name) => /^(?:-r|--requirement|-e|--editable)$/.test(name))) scanPythonProject(at, scan, true);
}

function scanDistribution(name: string, held: boolean, installs: boolean, at: Instruction, scan: Scan): void {
  const known = native[name];
  if (known !== undefined)
    bring(
      name,
      installs ? [...known.build, ...known.run.filter((one) => one === 'git' || one === 'libmagic1')] : known.run,
      at,
      scan,
    );
  else if (pure.has(name)) return;
  else if (!wheels.has(name))
    scan.needs.refuse(`${name} is not known to need no compiler and no library that slim lacks`, at);
  else if (held && installs)
    scan.needs.refuse(`${name} is held to a version that may have no wheel, and no lockfile shows one`, at);
}

/** What the project's distributions and its own code need. */
export function scanPythonProject(at: Instruction, scan: Scan, installs: boolean): void {
  const { project } = scan;
  if (project === undefined)
    return scan.needs.refuse(`the project's files are not at hand, so what ${line(at)} needs cannot be told`, at);
  const key = `python project ${installs}`;
  if (scan.seen.has(key)) return;
  scan.seen.add(key);
  if (!project.complete) return scan.needs.refuse('the project is too large to be read in full', at);
  if (project.python.length === 0 && installs)
    return scan.needs.refuse(`${line(at)} installs from files that are not in the project`, at);
  for (const found of project.python) scanDistributions(found, at, scan, installs);
  scanSources('python', at, scan);
}

function scanDistributions(found: PythonProject, at: Instruction, scan: Scan, installs: boolean): void {
  const { context } = scan.project!;
  const requirements = found.requirements.map((path) => context.read(path) ?? '').join('\n');
  const manifest = `${requirements}\n${found.pyproject === undefined ? '' : (context.read(found.pyproject) ?? '')}`;
  const lock = found.lockfile === undefined ? '' : (context.read(found.lockfile) ?? '');
  if (installs && /\bgit\+ssh:/.test(manifest)) bring('a dependency from git', ['git', 'openssh-client'], at, scan);
  else if (installs && /\bgit\+https?:|\bgit\s*=\s*["']http/.test(manifest))
    bring('a dependency from git', ['git'], at, scan);
  const setup = found.setupPy === undefined ? '' : (context.read(found.setupPy) ?? '');
  if (
    installs &&
    (/ext_modules|Extension\(|cythonize|CMake/.test(setup) ||
      /^(?:maturin|scikit_build_core|mesonpy)/.test(found.buildBackend ?? ''))
  )
    scan.needs.refuse(`${found.folder === '' ? 'the project' : found.folder} builds native code of its own`, at);
  if (installs && setup !== '' && found.requirements.length === 0 && /install_requires/.test(setup))
    scan.needs.refuse(`${found.setupPy!} asks for distributions that are not read here`, at);
  if (installs && found.unreadable.length > 0)
    scan.needs.refuse(`${found.unreadable[0]!.path}: ${found.unreadable[0]!.why}`, at);
  const own = scan.project!.python.map(({ name }) => name?.toLowerCase());
  const locked = lock === '' ? new Set<string>() : lockedNames(lock);
  for (const name of new Set([...found.dependencies, ...locked])) {
    if (own.includes(name) || name === 'python') continue;
    const held = lock === '' ? heldIn(manifest, name) : !/manylinux|abi3/.test(wheelsOf(lock, name));
    scanDistribution(name, held, installs, at, scan);
  }
}

/** Names of the packages in poetry.lock, uv.lock and pdm.lock, and in Pipfile.lock. */
function lockedNames(lock: string): ReadonlySet<string> {
  const normal = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase();
  if (lock.startsWith('{'))
    return new Set(
      [...lock.matchAll(/^ {8}"([\w.-]+)": \{/gm)]
        .map((match) => normal(match[1]!))
        .filter((name) => !/^(?:hash|requires|sha256)$/.test(name)),
    );
  return new Set([...lock.matchAll(/^name = "([\w.-]+)"/gm)].map((match) => normal(match[1]!)));
}

/** The part of a lockfile that tells of one package. */
function wheelsOf(lock: string, name: string): string {
  const at = lock.indexOf(`\nname = "${name}"`);
  if (at < 0) return '';
  const end = lock.indexOf('\n[[package]]', at);
  return lock.slice(at, end < 0 ? undefined : end);
}

/** Whether a requirement holds a distribution to some versions; a minimum alone does not. */
function heldIn(manifest: string, name: string): boolean {
  const normal = manifest.toLowerCase().replace(/_/g, '-');
  const at = new RegExp(
    `(?:^|["'\\s])${name.replaceAll('-', '[-.]')}(?:\\[[^\\]]*\\])?\\s*(?:["']?\\s*[=:]\\s*["'])?([^\\n"']*)`,
    'm',
  ).exec(normal);
  return at === null || /[=~<^*]|^\s*\d/.test(at[1]!.replace(/>=/g, '').replace(/[#;].*/, ''));
}

/** Whether a distribution is known to be Python code alone. */
export function pureDistribution(name: string): boolean {
  return pure.has(name) || name === 'python';
}

/** Whether a distribution is known to load no library of OpenMP that it does not bring. */
export function withoutOpenMp(name: string): boolean {
  return (
    pureDistribution(name) || Object.hasOwn(native, name) || (wheels.has(name) && !/^(?:lightgbm|xgboost)$/.test(name))
  );
}
