import { releasedSince } from './services.ts'
import { PROXY_REFUSED } from './network.ts'
import { type Text, tr } from './text.ts'

/** Channels to which the other party sends its events, whatever else is set (docs of OpenClaw 2026.9.6). */
const INBOUND: ReadonlySet<string> = new Set([
  'googlechat',
  'line',
  'msteams',
  'nextcloud-talk',
  'sms',
  'synology-chat',
])

/** What in a gateway's config depends on being reached from outside; paths only, no values but origins. */
export interface ConfigFacts {
  /** Settings that make something outside send requests here. */
  readonly inbound: readonly string[]
  /** Settings whose text names this app's public address. */
  readonly named: readonly string[]
  /** `gateway.controlUi.allowedOrigins`; null when it is not set. */
  readonly origins: readonly string[] | null
  /** How many entries `gateway.trustedProxies` has; null when it is not set. */
  readonly proxies: number | null
}

type Bag = Readonly<Record<string, unknown>>
const bag = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => {
    const one = bag(inner)
    return Object.hasOwn(one, key) ? one[key] : undefined
  }, value)

/** Reads a masked config. `hosts` are the names and addresses under which the app is reached. */
export function configFacts(config: unknown, hosts: readonly string[]): ConfigFacts {
  const origins = at(config, 'gateway', 'controlUi', 'allowedOrigins')
  const proxies = at(config, 'gateway', 'trustedProxies')
  return {
    inbound: [...channels(config), ...plugins(config), ...httpWays(config)],
    named: namedIn(config, hosts).filter((path) => !path.startsWith(ORIGINS)),
    origins: Array.isArray(origins) ? origins.filter((one) => typeof one === 'string') : null,
    proxies: Array.isArray(proxies) ? proxies.length : null,
  }
}

const ORIGINS = 'gateway.controlUi.allowedOrigins'

function channels(config: unknown): readonly string[] {
  return Object.entries(bag(at(config, 'channels'))).flatMap(([id, value]) => {
    const own = bag(value)
    if (own['enabled'] === false) return []
    const accounts = Object.values(bag(own['accounts'])).map(bag)
    const why = [own, ...accounts].flatMap(inboundBy)[0]
    if (why !== undefined) return [`channels.${id} (${why})`]
    return INBOUND.has(id) ? [`channels.${id}`] : []
  })
}

/** The setting by which a channel that could also ask waits to be told. */
function inboundBy(account: Bag): readonly string[] {
  if (account['enabled'] === false) return []
  if (typeof account['webhookUrl'] === 'string') return ['webhookUrl']
  if (account['mode'] === 'http' || account['mode'] === 'webhook')
    return [`mode ${account['mode']}`]
  return account['connectionMode'] === 'webhook' ? ['connectionMode webhook'] : []
}

function plugins(config: unknown): readonly string[] {
  const entries = bag(at(config, 'plugins', 'entries'))
  return ['voice-call', 'webhooks', 'google-meet'].flatMap((id) =>
    Object.hasOwn(entries, id) && bag(entries[id])['enabled'] !== false
      ? [`plugins.entries.${id}`]
      : [],
  )
}

function httpWays(config: unknown): readonly string[] {
  const endpoints = Object.entries(bag(at(config, 'gateway', 'http', 'endpoints')))
  return [
    ...(at(config, 'hooks', 'enabled') === true ? ['hooks'] : []),
    ...endpoints.flatMap(([name, one]) =>
      bag(one)['enabled'] === true ? [`gateway.http.endpoints.${name}`] : [],
    ),
  ]
}

/** Paths of all texts in which one of these hosts stands as a whole. */
function namedIn(value: unknown, hosts: readonly string[], path = ''): readonly string[] {
  if (typeof value === 'string') {
    const words = value.toLowerCase().split(/[^a-z0-9.:-]+|:\/\/|:\d+(?!.*\])/)
    return hosts.some((host) => words.includes(host.toLowerCase())) ? [path] : []
  }
  if (Array.isArray(value))
    return value.flatMap((one, index) => namedIn(one, hosts, `${path}[${index}]`))
  return Object.entries(bag(value)).flatMap(([key, one]) =>
    namedIn(one, hosts, path === '' ? key : `${path}.${key}`),
  )
}

const list = (paths: readonly string[]): string => paths.slice(0, 12).join(', ')

/** What stops for people when the app is closed, by its gateway's own config. */
export function closingWords(id: string, { inbound, named }: ConfigFacts): readonly Text[] {
  return [
    inbound.length > 0
      ? tr(
          `The config of ${id} waits for requests from outside, which are no longer delivered: ${list(inbound)}.`,
          `${id} 的設定會等待外部請求，之後將無法送達：${list(inbound)}。`,
        )
      : tr(
          `No channel, hook or plugin in the config of ${id} waits for requests from outside.`,
          `${id} 的設定中沒有頻道、hook 或外掛會等待外部請求。`,
        ),
    ...(named.length > 0
      ? [
          tr(
            `These of its settings name the public address, which leads nowhere then: ${list(named)}.`,
            `這些設定寫有公開位址，之後將無法連通：${list(named)}。`,
          ),
        ]
      : []),
  ]
}

/** What the public will meet, and what stands in its way, by the gateway's own config. */
export function openingWords(
  {
    id,
    release,
    url,
  }: { readonly id: string; readonly release: string | null; readonly url: string },
  { inbound, origins, proxies }: ConfigFacts,
): readonly Text[] {
  return [
    ...proxyWords(id, release, proxies),
    ...originWords(id, url, origins),
    ...(inbound.length > 0
      ? [
          tr(
            `These of ${id} wait for requests from outside and can be reached again: ${list(inbound)}.`,
            `${id} 的這些設定等待外部請求，之後可再次連通：${list(inbound)}。`,
          ),
        ]
      : []),
  ]
}

function proxyWords(id: string, release: string | null, proxies: number | null): readonly Text[] {
  if (releasedSince(release, PROXY_REFUSED) === false) return []
  if (proxies !== null && proxies > 0)
    return [
      tr(
        `gateway.trustedProxies of ${id} has ${proxies === 1 ? 'an entry' : `${proxies} entries`}; whether Fly's proxy is among them shows at the first request (403 if not).`,
        `${id} 的 gateway.trustedProxies 有 ${proxies} 個項目；是否包含 Fly 的代理，第一個請求即可得知（若否則為 403）。`,
      ),
    ]
  return [
    tr(
      `⚠️ ${id} has no gateway.trustedProxies: ${release === null ? 'since 2026.8 a gateway' : `version ${release}`} answers 403 to everyone from outside but at its health page.`,
      `⚠️ ${id} 未設定 gateway.trustedProxies：${release === null ? '自 2026.8 起閘道' : `${release} 版`}除健康檢查頁外，對外部一律回應 403。`,
    ),
  ]
}

function originWords(id: string, url: string, origins: readonly string[] | null): readonly Text[] {
  if (origins?.some((one) => one === url || one === '*')) return []
  return [
    tr(
      `⚠️ gateway.controlUi.allowedOrigins of ${id} does not list ${url}: the Control UI is refused there.`,
      `⚠️ ${id} 的 gateway.controlUi.allowedOrigins 未列出 ${url}：該處的 Control UI 會被拒絕。`,
    ),
  ]
}
