import { readConfig } from './config/read.ts'
import type { WorkContext } from './context.ts'
import type { Machine } from './fly.ts'
import { isGatewayMachine, PROXY_REFUSED } from './network.ts'
import { closingWords, configFacts, openingWords } from './network-config.ts'
import type { NetworkChange } from './network-plan.ts'
import { releasedSince } from './services.ts'
import { join, type Text, tr } from './text.ts'

type Context = Pick<WorkContext, 'app' | 'gateway'>

/** Gateways that run are looked into, one exec each; of the others the config is not known. */
export async function configWords(
  context: Context,
  change: NetworkChange,
  machines: readonly Machine[],
): Promise<readonly Text[]> {
  const { app } = context
  const url = `https://${app}.fly.dev`
  const hosts = [`${app}.fly.dev`, ...change.addresses.map(({ address }) => address)]
  const found = await Promise.all(
    machines.filter(isGatewayMachine).map(async (machine) => {
      const { id } = machine
      const release = change.turns.find((turn) => turn.id === id)?.release ?? null
      const read = await readConfig(context, machine)
      const value = read.ok ? read.value : read.trouble === 'missing' ? {} : undefined
      if (value === undefined) return unreadWords(change, machine, read.ok ? null : read.reason)
      const facts = configFacts(value, hosts)
      return change.to === 'private'
        ? closingWords(id, facts)
        : openingWords({ id, release, url }, facts)
    }),
  )
  return found.flat()
}

/** What was not read may hold anything, so it is said what to look for. */
function unreadWords(change: NetworkChange, { id }: Machine, why: Text | null): readonly Text[] {
  const reason = why ?? tr('It is no JSON5.', '不是有效的 JSON5。')
  const unread = join(
    ' ',
    tr(`The gateway's own config in ${id} could not be read.`, `無法讀取 ${id} 的閘道設定。`),
    reason,
    tr(
      'So not looked at: channels with webhooks, gateway.controlUi.allowedOrigins, gateway.trustedProxies.',
      '因此未查看：使用 webhook 的頻道、gateway.controlUi.allowedOrigins、gateway.trustedProxies。',
    ),
  )
  const turns = change.turns.filter((turn) => turn.id === id)
  return [unread, ...(change.to === 'public' ? proxyWords({ turns }) : [])]
}

/** With the versions that were seen; a gateway that could not be asked may be one of them. */
export function proxyWords({ turns }: Pick<NetworkChange, 'turns'>): readonly Text[] {
  return turns.flatMap(({ id, release }) => {
    const refused = releasedSince(release, PROXY_REFUSED)
    if (refused === false) return []
    return [
      refused === null
        ? tr(
            `The version of the gateway in ${id} is not known. From 2026.8 on it answers 403 to the public unless its gateway.trustedProxies names Fly's proxy.`,
            `無法得知 ${id} 的閘道版本。自 2026.8 起，除非其 gateway.trustedProxies 包含 Fly 的代理，否則會對外回應 403。`,
          )
        : tr(
            `${id} runs ${release}: since 2026.8 a public gateway answers 403 to everything but its health page unless gateway.trustedProxies names Fly's proxy.`,
            `${id} 執行 ${release}：自 2026.8 起，除非 gateway.trustedProxies 包含 Fly 的代理，否則公開的閘道除健康檢查頁外一律回應 403。`,
          ),
    ]
  })
}
