import { Secret } from '../core/secret.ts'
import { tr } from '../core/text.ts'
import { form, matching, quoted, type Refuse } from './form.ts'

const parts = (value: string): readonly string[] => [
  ...new Set(
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
]

const APP = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

const oneApp = (name: string, refuse: Refuse): string =>
  APP.test(name)
    ? name
    : refuse(
        tr(`${quoted(name)} is not a Fly app name`, `${quoted(name)} 不是有效的 Fly 應用程式名稱`),
      )

/** The name of a Fly app: lower-case letters, digits and dashes, at most 63. */
export const app = form(oneApp)

/** Names of Fly apps, comma-separated, each once. */
export const apps = form((value, refuse): readonly string[] => {
  const names = parts(value)
  if (names.length === 0) return refuse(tr('names no app', '沒有列出任何應用程式'))
  return names.map((name) => oneApp(name, refuse))
})

/** `discord:<digits>,telegram:<digits>`: ids only, because names can be taken over by somebody else. */
export const owners = form((value, refuse): readonly string[] => {
  const keys = parts(value)
  if (keys.length === 0) return refuse(tr('names nobody', '沒有列出任何人'))
  return keys.map((key) =>
    /^(?:discord:\d{1,20}|telegram:\d{1,16})$/.test(key)
      ? key
      : refuse(
          tr(
            `${quoted(key)} is not discord:<numeric user id> or telegram:<numeric user id>`,
            `${quoted(key)} 不是 discord:<數字使用者 ID> 或 telegram:<數字使用者 ID>`,
          ),
        ),
  )
})

/** A web address without credentials, query or fragment; its trailing slashes are dropped. */
export const webUrl = form((value, refuse): string => {
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol))
    return refuse(
      tr('is not an http:// or https:// address', '不是 http:// 或 https:// 開頭的網址'),
    )
  if (url.username + url.password !== '')
    return refuse(tr('carries a user name or password', '網址裡帶有使用者名稱或密碼'))
  if (url.search + url.hash !== '')
    return refuse(tr('carries a ? or # part', '網址帶有 ? 或 # 部分'))
  return url.href.replace(/\/+$/, '')
})

/** A web address that is called as it is, with whatever stands behind the question mark. */
export const callUrl = form((value, refuse): Secret => {
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol))
    return refuse(
      tr('is not an http:// or https:// address', '不是 http:// 或 https:// 開頭的網址'),
    )
  return new Secret(url.href)
})

/** A NATS server; who logs in is said by `FLY_ORG` and the token. */
export const natsUrl = matching(
  /^(?:nats|tls):\/\/(?:\[[\da-f:]+\]|[\w.-]+)(?::\d{1,5})?$/i,
  tr('is not nats://<host>:<port>', '不是 nats://<主機>:<連接埠> 的形式'),
)

/** Where Redis is. `target` is what ioredis takes: the URL, or the path of the socket. `where` may be shown. */
export interface RedisTarget {
  readonly target: Secret
  readonly where: string
}
/** `redis://`, `rediss://`, or `unix:/path`. */
export const redisUrl = form((value, refuse): RedisTarget => {
  const socket = /^unix:(?:\/\/)?(\/.+)$/.exec(value)?.[1]
  if (socket !== undefined) return { target: new Secret(socket), where: socket }
  const url = URL.parse(value)
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    return refuse(
      tr('is not redis://, rediss:// or unix:/path', '不是 redis://、rediss:// 或 unix:/路徑'),
    )
  if (!/^\/?\d*$/.test(url.pathname))
    return refuse(tr('has a path that is not a database number', '路徑不是資料庫編號'))
  return { target: new Secret(value), where: url.host }
})

/** 32 bytes as hex or base64; given on as 64 hex digits, whichever it was. */
export const secretKey = form((value, refuse): Secret => {
  const hex = /^[\da-f]{64}$/i.test(value) ? value.toLowerCase() : undefined
  const base64 = /^[\w+/-]{43}=?$/.test(value) ? Buffer.from(value, 'base64') : undefined
  if (hex !== undefined) return new Secret(hex)
  if (base64?.length === 32) return new Secret(base64.toString('hex'))
  return refuse(
    tr('is not 32 bytes in hex or base64', '不是以十六進位或 base64 表示的 32 個位元組'),
  )
})

/** A token in one word. Quotes and blanks are what goes wrong when a secret is pasted into a shell. */
export const token = form((value, refuse): Secret => {
  if (!/[\s"'`]/.test(value)) return new Secret(value)
  return refuse(tr('holds blanks or quotation marks', '含有空白或引號'))
})

/** As `fly tokens create` prints it, with or without the scheme in front (FLY.md §2.9). */
export const flyToken = form((value, refuse): Secret => {
  const parts = value.split(',').map((part) => part.trim())
  if (parts.every((part) => /^(?:(?:FlyV1|Bearer)\s+)?[^\s"'`]+$/i.test(part)))
    return new Secret(value)
  return refuse(
    tr('is not a token as "fly tokens create" prints it', '不是「fly tokens create」印出的權杖'),
  )
})

/** `<bot id>:<secret>`, as BotFather gives it. */
export const telegramToken = form((value, refuse): Secret => {
  if (/^\d+:[\w-]+$/.test(value)) return new Secret(value)
  return refuse(tr('is not <bot id>:<secret>', '不是 <機器人 ID>:<密鑰> 的形式'))
})

/** What Telegram accepts as `secret_token` (CHAT.md §2.6). */
export const webhookSecret = form((value, refuse): Secret => {
  if (/^[\w-]{1,256}$/.test(value)) return new Secret(value)
  return refuse(
    tr(
      'holds something other than letters, digits, _ and -, or more than 256 of them',
      '含有英數字、_ 與 - 以外的字元，或超過 256 個字元',
    ),
  )
})
