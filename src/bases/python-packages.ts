const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Distributions of Python code alone, or whose native parts are optional and left out where nothing can build them. */
export const pure = words(`
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
  coverage msgpack pyrsistent protobuf pymongo wrapt zope-interface plotly nltk tweepy praw telethon networkx sympy mpmath tenacity peewee pypdf2 pypdf
  django-crispy-forms django-widget-tweaks flask-swagger-ui typing-inspect mypy click-didyoumean coreapi coreschema itypes mccabe
  django-countries django-templated-mail djoser python3-openid social-auth-app-django flake8-import-order flake8-isort`);

/**
 * Distributions with wheels for glibc on x86-64 and ARM64 for every Python of these years: taken when the newest may be
 * installed (no version asked for), or when the version asked for has one.
 */
export const wheels =
  words(`numpy pandas scipy pillow cryptography cffi lxml aiohttp multidict yarl frozenlist grpcio pydantic pydantic-core orjson
  psycopg2-binary psycopg-binary psutil greenlet gevent bcrypt pynacl argon2-cffi argon2-cffi-bindings regex scikit-learn matplotlib kiwisolver contourpy ujson httptools uvloop watchfiles
  rpds-py jiter tiktoken tokenizers safetensors hiredis twisted asyncpg rapidfuzz brotli cython xgboost
  lightgbm pyarrow streamlit seaborn python-pptx`);

/** What others need to be built, and to run. */
export const native: Readonly<Record<string, { readonly build: readonly string[]; readonly run: readonly string[] }>> =
  {
    psycopg2: { build: ['gcc', 'libc6-dev', 'libpq-dev'], run: ['libpq5'] },
    mysqlclient: { build: ['gcc', 'libc6-dev', 'pkg-config', 'default-libmysqlclient-dev'], run: ['libmariadb3'] },
    uwsgi: { build: ['gcc', 'libc6-dev'], run: [] },
    netifaces: { build: ['gcc', 'libc6-dev'], run: [] },
    psycopg: { build: [], run: ['libpq5'] },
    gitpython: { build: [], run: ['git'] },
    'python-magic': { build: [], run: ['libmagic1'] },
  };

/** Programs of Python distributions that need nothing of the system. */
export const programs =
  words(`python python2 python3 pip pip2 pip3 pypy pypy3 gunicorn uvicorn hypercorn flask django-admin celery alembic pytest waitress-serve streamlit daphne
  supervisord supervisorctl poetry pipenv uv uvx pdm virtualenv venv fastapi rq scrapy dash jupyter jupyter-notebook jupyter-lab ipython black flake8 mypy isort coverage tox
  rqworker mkdocs sphinx-build airflow prefect dagster mlflow uwsgi pipx`);
