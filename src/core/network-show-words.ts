import { isOpen, type Address } from './network.ts'
import type { NetworkView } from './network-show.ts'
import { bullets, stateBlocks, usd } from './network-words.ts'
import { type Action, type Block, code, fields, type Reply, reply, table } from './reply.ts'
import { join, type Text, tr, utc } from './text.ts'

/** Everything of `network show`, from who reaches the app to what is not known. */
export function renderView(view: NetworkView): Reply {
  const { app, addresses, machines, costUsdMonth, unknown } = view
  const blocks: readonly Block[] = [
    ...stateBlocks(addresses, machines),
    fields([
      tr('Addresses a month', '位址每月費用'),
      costUsdMonth === null ? undefined : usd(costUsdMonth),
    ]),
    table(
      [tr('From', '從'), tr('Reachable', '可否連線')],
      [
        [tr('the internet', '網際網路'), fromInternet(view)],
        [tr('Flycast (private v6)', 'Flycast（私有 v6）'), fromFlycast(view)],
        [tr('6PN: WireGuard, fly proxy', '6PN：WireGuard、fly proxy'), fromSixPn(view)],
        [tr('inside: fly ssh console', '機器內部：fly ssh console'), fromInside(view)],
      ],
    ),
    code(hints(view)),
    ...bullets([...memory(view), ...unknown.map(unread), NOT_READ]),
  ]
  const tone = unknown.length > 0 ? 'warn' : 'info'
  return reply[tone](headline(app, view), blocks, { actions: actions(view) })
}

function headline(app: string, { private: hidden, url }: NetworkView): Text {
  if (hidden === null)
    return tr(`${app}: whether it is public is not known`, `${app}：無法得知是否公開`)
  if (hidden) return tr(`${app} is private`, `${app} 是私有的`)
  return url === null
    ? tr(`${app} has a public address, but nothing behind it`, `${app} 有公開位址，但後面沒有服務`)
    : tr(`${app} is public`, `${app} 是公開的`)
}

const UNKNOWN = tr('not known', '未知')

function fromInternet({ addresses, machines, url, refusesProxies, gateway }: NetworkView): Text {
  if (addresses === null) return UNKNOWN
  if (!addresses.some(isOpen)) return tr('no: no public address', '否：沒有公開位址')
  if (machines === null || machines.some(({ exposed }) => exposed === null)) return UNKNOWN
  if (url === null) return tr('no: no machine has services', '否：沒有機器設定服務')
  if (refusesProxies === false) return tr(`yes: ${url}`, `可：${url}`)
  const version = gateway.version ?? '?'
  return tr(
    `${url} leads to it; version ${version} answers 403 (since 2026.8) unless gateway.trustedProxies is set, which was not looked at`,
    `${url} 會連到它；版本 ${version} 會回應 403（自 2026.8 起），除非已設定 gateway.trustedProxies（未查看）`,
  )
}

function fromFlycast({ flycast }: NetworkView): Text {
  if (flycast === null) return UNKNOWN
  return {
    none: tr('no: no private address', '否：沒有私有位址'),
    no_services: tr('no: it routes nothing without services', '否：沒有服務就不會轉送'),
    routed: tr('yes, within the organization', '可，限組織內'),
  }[flycast]
}

/** Fly's private network is IPv6; every recorded version binds IPv4 alone (OPENCLAW.md §5). */
function fromSixPn({ bind }: NetworkView): Text {
  if (bind === 'loopback') return tr('no: the gateway binds loopback', '否：閘道只綁定 loopback')
  return tr(
    'not known: the network is IPv6, recorded gateways listen on IPv4 alone',
    '未知：該網路為 IPv6，已知的閘道只監聽 IPv4',
  )
}

function fromInside({ gateway: { ready } }: NetworkView): Text {
  if (ready === null)
    return tr('whether the gateway answers there is not known', '無法得知閘道是否回應')
  return ready
    ? tr('yes, seen just now', '可，剛才已確認')
    : tr('the shell yes, the gateway is not ready', '命令列可以，但閘道未就緒')
}

const hints = ({ app, port, url }: NetworkView): string =>
  [
    ...(url === null ? [] : [url]),
    `fly ssh console --app ${app}`,
    `fly proxy ${port}:${port} --app ${app}`,
  ].join('\n')

function memory({ remembered, private: hidden, url }: NetworkView): readonly Text[] {
  if (remembered === null || (hidden === false && url !== null)) return []
  const types = (all: readonly Address[]) => all.map(({ type }) => type).join(', ')
  const { at, addresses, machines, unreadable } = remembered
  return [
    tr(
      `Remembered on ${utc(at)} for /openclaw network public: services of ${machines.join(', ') || 'no machine'}; released: ${types(addresses) || 'nothing'}.`,
      `於 ${utc(at)} 為 /openclaw network public 記住：${machines.join('、') || '沒有機器'} 的服務；已釋出：${types(addresses) || '無'}。`,
    ),
    ...unreadable.map((id) =>
      tr(
        `The remembered services of ${id} were sealed under another key and can't be read.`,
        `記住的 ${id} 服務是以另一把金鑰封存的，無法讀取。`,
      ),
    ),
  ]
}

const PARTS = {
  addresses: tr('The addresses could not be read:', '無法讀取位址：'),
  machines: tr('The machines could not be read:', '無法讀取機器：'),
}
const unread = ({ part, why }: NetworkView['unknown'][number]): Text => join(' ', PARTS[part], why)

const NOT_READ = tr(
  "Not looked at: the gateway's own config (webhooks, gateway.controlUi.allowedOrigins, gateway.trustedProxies), certificates of custom domains.",
  '未查看：閘道自己的設定（webhook、gateway.controlUi.allowedOrigins、gateway.trustedProxies）、自訂網域的憑證。',
)

function actions({ app, private: hidden }: NetworkView): readonly Action[] {
  const run = (label: Text, command: string): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw ${command}`, input: { app } },
  })
  return [
    run(tr('Connect', '連線方式'), 'connect'),
    ...(hidden === false ? [run(tr('Make private', '改為私有'), 'network private')] : []),
    ...(hidden === true ? [run(tr('Make public', '改為公開'), 'network public')] : []),
  ]
}
