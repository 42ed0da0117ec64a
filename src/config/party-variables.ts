import { tr, type Text } from '../core/text.ts'
import { matching, port } from './form.ts'
import { app, flyToken, natsUrl, telegramToken, token, webhookSecret, webUrl } from './forms.ts'
import { optional, standing, type About } from './variable.ts'

const address = (of: string): About => ({
  about: `Base address of ${of}; another one is for tests and proxies.`,
  fix: tr('Remove it to use the default.', '移除它即使用預設值。'),
})
const setByFly = (about: string): About => ({
  about: `${about} Fly sets it itself inside its machines.`,
  fix: tr('Leave it to Fly: remove it.', '請移除它，交由 Fly 設定。'),
})
const tokenFrom = (about: string, fix: Text): About => ({ about, fix, secret: true })
const slug = matching(
  /^[\w-]+$/,
  tr('is not made of letters, digits, _ and -', '含有英數字、_ 與 - 以外的字元'),
)

const discord = {
  DISCORD_BOT_TOKEN: optional(
    token,
    tokenFrom(
      'Token of the Discord bot.',
      tr(
        'Copy it from Bot → Reset Token in the Discord developer portal, without quotes.',
        '請從 Discord 開發者後台的 Bot → Reset Token 複製，不含引號。',
      ),
    ),
  ),
  DISCORD_API_URL: standing(webUrl, 'https://discord.com/api', address('Discord’s API')),
  DISCORD_PUBLIC_KEY: optional(
    matching(/^[\da-f]{64}$/i, tr('is not 64 hex digits', '不是 64 個十六進位數字')),
    {
      about:
        'The application’s public key. Set, interactions come signed to `POST /discord/interactions` instead of over the gateway.',
      fix: tr(
        'Copy Public Key from General Information in the Discord developer portal.',
        '請從 Discord 開發者後台的 General Information 複製 Public Key。',
      ),
    },
  ),
}
const telegram = {
  TELEGRAM_BOT_TOKEN: optional(
    telegramToken,
    tokenFrom(
      'Token of the Telegram bot.',
      tr('Copy it from @BotFather, without quotes.', '請從 @BotFather 複製，不含引號。'),
    ),
  ),
  TELEGRAM_API_URL: standing(webUrl, 'https://api.telegram.org', address('Telegram’s Bot API')),
  TELEGRAM_WEBHOOK_SECRET: optional(
    webhookSecret,
    tokenFrom(
      'Set together with `OPS_PUBLIC_URL`: updates come by webhook, proven by this word, instead of long polling.',
      tr(
        'Make one with "openssl rand -hex 32" and set OPS_PUBLIC_URL too.',
        '請用「openssl rand -hex 32」產生，並一併設定 OPS_PUBLIC_URL。',
      ),
    ),
  ),
}
const fly = {
  FLY_API_TOKEN: optional(
    flyToken,
    tokenFrom(
      'App-scoped deploy token of the managed apps; several are comma-separated. Required for `worker` and `all`, ignored by `bot`.',
      tr(
        'Make one with "fly tokens create deploy -a <app>".',
        '請用「fly tokens create deploy -a <應用程式>」產生。',
      ),
    ),
  ),
  FLY_API_URL: standing(webUrl, 'https://api.machines.dev', address('the Machines API')),
  FLY_READ_TOKEN: optional(flyToken, {
    about:
      'Read-only organization token for logs, metrics and the live log stream. Left out, `FLY_API_TOKEN` is used, which Fly may not let read logs.',
    fix: tr(
      'Make one with "fly tokens create readonly <org>".',
      '請用「fly tokens create readonly <組織>」產生。',
    ),
    standard: '`FLY_API_TOKEN`',
    secret: true,
  }),
  FLY_PLATFORM_URL: standing(
    webUrl,
    'https://api.fly.io',
    address('Fly’s logs, releases, metrics and GraphQL'),
  ),
  FLY_NATS_URL: optional(natsUrl, {
    about: 'Live log stream inside the private network: `nats://[fdaa::3]:4223`. Needs `FLY_ORG`.',
    fix: tr(
      'Use nats://[fdaa::3]:4223 inside Fly, or remove it to read logs over HTTP.',
      '在 Fly 內請使用 nats://[fdaa::3]:4223，或移除它改以 HTTP 讀取日誌。',
    ),
  }),
  FLY_ORG: optional(slug, {
    about: 'Slug of the organization that the apps are in, for metrics and the live log stream.',
    fix: tr('Take the slug from "fly orgs list".', '請從「fly orgs list」取得代號。'),
  }),
  FLY_APP_NAME: optional(app, setByFly('The app this process runs in.')),
  FLY_MACHINE_ID: optional(slug, setByFly('The machine this process runs on.')),
  FLY_REGION: optional(slug, setByFly('The region this process runs in.')),
}
const openclaw = {
  OPENCLAW_GATEWAY_PORT: optional(port(1), {
    about:
      'Port of the gateway inside its machines. Left out, it is found in each machine’s own configuration.',
    fix: tr('Use a number from 1 to 65535, or remove it.', '請使用 1 到 65535 的數字，或移除它。'),
  }),
  OPENCLAW_STATE_DIR: optional(
    matching(/^\/[^\0]*$/, tr('is not an absolute path', '不是絕對路徑')),
    {
      about:
        'State directory of the gateway inside its machines. Left out, it is found in each machine’s own configuration.',
      fix: tr('Use a path such as /data, or remove it.', '請使用 /data 之類的路徑，或移除它。'),
    },
  ),
}

/** Variables about the other parties, in the order in which they are documented. */
export const partyVariables = { ...discord, ...telegram, ...fly, ...openclaw } as const
