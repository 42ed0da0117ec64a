import type { WorkContext } from './context.ts'
import { OpsError } from './errors.ts'
import type { Machine } from './fly.ts'
import { envOf } from './machine-config.ts'
import { type Address, isOpen, isRouted } from './network.ts'
import { configWords } from './network-config-look.ts'
import type { NetworkChange } from './network-plan.ts'
import { ownWarning } from './own-machine.ts'
import { type Text, tr, utc } from './text.ts'

/** Parties that send their events in from outside, by the names their settings have. */
const WEBHOOKS =
  /webhook|twilio|telnyx|plivo|vonage|slack|line_channel|whatsapp|messenger|teams|googlechat|signing/i

type Context = Pick<WorkContext, 'app' | 'fly' | 'gateway' | 'publicUrl' | 'self'>

/** What a change of the network means for people, by what can be seen from outside and in the gateways' own configs: the question's sentences. */
export async function effectsOf(
  context: Context,
  change: NetworkChange,
  machines: readonly Machine[],
): Promise<readonly Text[]> {
  const { app } = context
  const ids = change.turns.map(({ id }) => id)
  const configs = await configWords(context, change, machines)
  if (change.to === 'public')
    return [
      opens(app),
      ...restored(change, app),
      ...configs,
      CERTIFICATES,
      ...ownWarning(context, ids),
      ...reboots(change),
    ]
  return [
    closes(app, change),
    ...ownUrl(context.publicUrl, app, change.addresses),
    ...ownApp(context),
    ...configs,
    await webhooks(context, machines),
    ...change.release.filter(({ type }) => type === 'v4').map(forGood),
    ...ownWarning(context, ids),
    ...reboots(change),
    REMAINS,
  ]
}

const CERTIFICATES = tr(
  'Certificates of custom domains were not looked at.',
  '未查看自訂網域的憑證。',
)

/** This bot in the same app: what comes in to it comes through the same addresses. */
function ownApp({ app, self, publicUrl }: Context): readonly Text[] {
  if (self?.app !== app || publicUrl !== undefined) return []
  return [
    tr(
      'This bot runs in the same app. It asks Discord, Telegram and Fly by itself, so it goes on; nothing reaches it from outside.',
      '本機器人在同一個應用程式中執行。它主動連線至 Discord、Telegram 與 Fly，因此會繼續運作；外部無法連到它。',
    ),
  ]
}

const opens = (app: string): Text =>
  tr(
    `Everyone on the internet reaches https://${app}.fly.dev/ then; only the gateway's own login stands before it.`,
    `之後網際網路上任何人都能連到 https://${app}.fly.dev/；只有閘道本身的登入保護它。`,
  )

function restored({ turns, rememberedAt, dedicated }: NetworkChange, app: string): readonly Text[] {
  const at = rememberedAt === null ? '' : utc(rememberedAt)
  const memory = turns.some(({ from }) => from === 'memory')
  const template = turns.some(({ from }) => from === 'template')
  return [
    ...(memory
      ? [tr(`Services come back as they were remembered on ${at}.`, `服務會依 ${at} 的記錄恢復。`)]
      : []),
    ...(template
      ? [
          tr(
            'No services are remembered for a machine marked “template”: it gets those of the guide (443 with TLS, 80 sent on to it, one check).',
            '標示「範本」的機器沒有記住的服務：會使用指南中的設定（443 使用 TLS，80 轉往 443，一個檢查）。',
          ),
        ]
      : []),
    ...dedicated.map((address) =>
      tr(
        `The dedicated ${address} was released and can't be got back; the free shared v4 takes its place. Another dedicated one costs $2.00 a month: fly ips allocate-v4 --app ${app}`,
        `專用位址 ${address} 已釋出且無法取回；改用免費的共用 v4。另一個專用位址每月 $2.00：fly ips allocate-v4 --app ${app}`,
      ),
    ),
  ]
}

function closes(app: string, { addresses, reach }: NetworkChange): Text {
  if (addresses.some(isOpen) && reach.some(isRouted))
    return tr(
      `https://${app}.fly.dev/ stops answering: Control UI, API and WebSocket clients from outside.`,
      `https://${app}.fly.dev/ 將不再回應：包括 Control UI、API 與外部的 WebSocket 用戶端。`,
    )
  return tr('Nothing outside reaches it even now.', '目前外部本來就無法連線。')
}

/** This bot's own hooks, when they come in through the app that is closed. */
function ownUrl(
  url: string | undefined,
  app: string,
  addresses: readonly Address[],
): readonly Text[] {
  if (url === undefined) return []
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const here = host === `${app}.fly.dev` || addresses.some(({ address }) => address === host)
  if (here)
    return [
      tr(
        `OPS_PUBLIC_URL is ${url}, which leads to this app: hooks and chat webhooks of this bot stop.`,
        `OPS_PUBLIC_URL 是 ${url}，指向此應用程式：本機器人的 hook 與聊天 webhook 會停止。`,
      ),
    ]
  if (host.endsWith('.fly.dev')) return []
  return [
    tr(
      `Where ${host} of OPS_PUBLIC_URL leads was not looked up; if it is this app, this bot's hooks stop.`,
      `未查詢 OPS_PUBLIC_URL 的 ${host} 指向何處；若指向此應用程式，本機器人的 hook 會停止。`,
    ),
  ]
}

async function webhooks(
  { app, fly }: Pick<WorkContext, 'app' | 'fly'>,
  machines: readonly Machine[],
): Promise<Text> {
  const secrets = await fly.secrets(app).catch((error: unknown) => {
    if (!(error instanceof OpsError) || error.code === 'cancelled') throw error
    return null
  })
  const names = [
    ...(secrets ?? []).map(({ name }) => name),
    ...machines.flatMap(({ config }) => Object.keys(envOf(config ?? {}))),
  ]
  const telling = [...new Set(names)].filter((name) => WEBHOOKS.test(name)).toSorted()
  if (telling.length > 0)
    return tr(
      `These settings point to webhooks from outside, which are no longer delivered: ${telling.join(', ')}.`,
      `這些設定顯示有來自外部的 webhook，之後將無法送達：${telling.join('、')}。`,
    )
  return secrets === null
    ? tr(
        'The names of the secrets could not be read, so whether webhooks come in is not known.',
        '無法讀取密鑰名稱，因此無法得知是否有外部 webhook。',
      )
    : tr(
        'No secret or variable has a name that points to webhooks from outside.',
        '沒有任何密鑰或變數的名稱顯示有來自外部的 webhook。',
      )
}

const forGood = ({ address }: Address): Text =>
  tr(
    `${address} is a dedicated address: once released it can't be got back. It goes last.`,
    `${address} 是專用位址：釋出後無法取回。它會最後釋出。`,
  )

/** An update reboots a running machine and leaves a stopped one stopped. */
function reboots({ turns }: NetworkChange): readonly Text[] {
  const running = turns.filter(({ state }) => state === 'started').map(({ id }) => id)
  if (running.length === 0) return []
  const ids = running.join(', ')
  return [
    tr(
      `${ids} reboots for it, one after another: tens of seconds to two minutes each. When a gateway does not come back ready, everything is put back.`,
      `${ids} 會因此依序重新開機：每台約數十秒至兩分鐘。若閘道沒有恢復就緒，一切都會改回。`,
    ),
  ]
}

const REMAINS = tr(
  'Discord, Telegram polling and everything else the gateway connects to by itself go on. /openclaw network public brings the services back.',
  'Discord、Telegram 輪詢以及閘道主動對外的連線都不受影響。/openclaw network public 可恢復服務。',
)
