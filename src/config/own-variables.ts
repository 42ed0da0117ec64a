import { LOCALES, tr } from '../core/text.ts'
import { days, matching, onOff, oneOf, port } from './form.ts'
import { apps, callUrl, owners, redisUrl, secretKey, webUrl } from './forms.ts'
import { hookKeys } from './hook-keys.ts'
import { redactPatterns } from './redact-patterns.ts'
import { optional, standing } from './variable.ts'

/** The ways to run a process: both halves, the one that talks to chats, the one that talks to Fly. */
export const ROLES = ['all', 'bot', 'worker'] as const
/** pino's levels, most talkative first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Variables about the program itself, in the order in which they are documented. */
export const ownVariables = {
  OPS_ROLE: standing(oneOf(ROLES), 'all', {
    about:
      'What this process does: `bot` talks to the chats, `worker` talks to Fly, `all` does both. `bot` and `worker` need `REDIS_URL`.',
    fix: tr('Use all, bot or worker.', '請使用 all、bot 或 worker。'),
  }),
  OPS_APPS: optional(apps, {
    about:
      'The Fly apps it may manage, comma-separated; the first is the default. Required, unless `OPS_SELF_ONLY` is on.',
    fix: tr(
      'List the Fly apps to manage, for example OPS_APPS=my-openclaw.',
      '請列出要管理的 Fly 應用程式，例如 OPS_APPS=my-openclaw。',
    ),
  }),
  OPS_SELF_ONLY: standing(onOff, 'off', {
    about:
      '`1`: manages only the app it runs in itself, named by `FLY_APP_NAME`; `OPS_APPS` is then left out.',
    fix: tr('Use 1, or remove it and set OPS_APPS.', '請設為 1，或移除它並改設 OPS_APPS。'),
  }),
  OPS_OWNERS: optional(owners, {
    about:
      'Who owns the bot: `discord:<user id>,telegram:<user id>`, numeric ids only, at least one. Owners trust places and give out the first roles.',
    fix: tr(
      'Name at least one owner, for example OPS_OWNERS=discord:123456789012345678.',
      '請至少指定一位擁有者，例如 OPS_OWNERS=discord:123456789012345678。',
    ),
  }),
  OPS_STATE_DIR: standing(
    matching(/^[^\0]+$/, tr('is not a path', '不是路徑')),
    './.openclaw-ops',
    {
      about:
        'Directory of the embedded engine’s database and of the generated key. In the image it is `/data`.',
      fix: tr('Give a directory that this user may write to.', '請指定此使用者可寫入的目錄。'),
    },
  ),
  OPS_SECRET_KEY: optional(secretKey, {
    about:
      '32 bytes as hex or base64 that seal secrets at rest. Left out, one is generated into the state directory (mode 0600). Required for `bot` and `worker`, and the same in all processes.',
    fix: tr(
      'Make one with "openssl rand -hex 32" and give every process the same.',
      '請用「openssl rand -hex 32」產生，並讓所有行程使用同一把。',
    ),
    secret: true,
  }),
  OPS_LOCALE: standing(oneOf(LOCALES), 'en', {
    about: 'Language of answers, `en` or `zh-TW`, where the person’s own is not known.',
    fix: tr('Use en or zh-TW.', '請使用 en 或 zh-TW。'),
  }),
  OPS_AUDIT_DAYS: standing(days, '400', {
    about:
      'How many days entries of the audit are kept, 1 to 3650: a year and a month, so that the same week of last year can still be read.',
    fix: tr('Use a number from 1 to 3650.', '請使用 1 到 3650 的數字。'),
  }),
  REDIS_URL: optional(redisUrl, {
    about:
      '`redis://`, `rediss://` or `unix:/path`: jobs and all state live there, for any number of processes. Left out, the embedded engine (SQLite in the state directory, one machine) is used. Unreachable at start is an error, never a fall back.',
    fix: tr(
      'Use redis://…, rediss://… or unix:/path; remove it to use the embedded engine.',
      '請使用 redis://…、rediss://… 或 unix:/路徑；移除它則使用內建引擎。',
    ),
    secret: true,
  }),
  OPS_HTTP_HOST: standing(
    matching(/^[\w.:-]+$/, tr('is not an address or host name', '不是位址或主機名稱')),
    '127.0.0.1',
    {
      about:
        'Address that the HTTP server listens on (health, metrics, hooks). In the image it is `0.0.0.0`.',
      fix: tr('Use 127.0.0.1, 0.0.0.0 or ::.', '請使用 127.0.0.1、0.0.0.0 或 ::。'),
    },
  ),
  PORT: standing(port(0), '8080', {
    about: 'Port of the HTTP server; `0` picks a free one and logs it.',
    fix: tr('Use a number from 0 to 65535.', '請使用 0 到 65535 的數字。'),
  }),
  OPS_PUBLIC_URL: optional(webUrl, {
    about: 'Where the outside reaches this process, for hooks and the Telegram webhook.',
    fix: tr(
      'Give the address only, for example https://my-ops.fly.dev.',
      '請只填網址，例如 https://my-ops.fly.dev。',
    ),
  }),
  LOG_LEVEL: standing(oneOf(LOG_LEVELS), 'info', {
    about: `Least level that is logged: \`${LOG_LEVELS.join('`, `')}\`.`,
    fix: tr(`Use one of ${LOG_LEVELS.join(', ')}.`, `請使用 ${LOG_LEVELS.join('、')} 其中之一。`),
  }),
  OPS_REDACT: optional(redactPatterns, {
    about:
      'What else is taken out of the logs that are shown, besides everything that looks like a credential and every value set through the bot: RE2 patterns, one a line, such as `cust-\\d{6}`.',
    fix: tr(
      'Give RE2 patterns (no lookaround, no back-references), one a line, each finding at least one character.',
      '請提供 RE2 樣式（不支援環視與反向參照），一行一個，且至少要比對到一個字元。',
    ),
  }),
  OPS_HOOK_KEYS: optional(hookKeys, {
    about:
      'Signing keys of alert sources that choose their own: `pagerduty:<key>,sentry:<key>,grafana:<key>`; two of one source while one takes the place of the other.',
    fix: tr(
      'Write pagerduty:<key>,sentry:<key>,grafana:<key>, each at most twice.',
      '請寫成 pagerduty:<金鑰>,sentry:<金鑰>,grafana:<金鑰>，各至多兩次。',
    ),
    secret: true,
  }),
  OPS_HEARTBEAT_URL: optional(callUrl, {
    about:
      'Called with GET once a minute while all is well: store, queue and worker go on, and what the bot last sent to each chat was there when it looked. For a monitor outside that raises the alarm when the calls stop (Healthchecks, Uptime Kuma, a Better Stack heartbeat).',
    fix: tr(
      'Give the whole address that the monitor shows, for example https://hc-ping.com/<uuid>.',
      '請填入監控服務顯示的完整網址，例如 https://hc-ping.com/<uuid>。',
    ),
    secret: true,
  }),
  OPS_REGISTER: standing(onOff, 'on', {
    about: '`off`: does not register commands with Discord and Telegram at start.',
    fix: tr('Use on or off.', '請使用 on 或 off。'),
  }),
} as const
