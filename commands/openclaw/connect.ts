import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { isPublic, mainMachine } from '#core/deployment.ts'
import { locate } from '#core/locate.ts'
import { servicesOf } from '#core/machine-config.ts'
import { option } from '#core/options.ts'
import { type Block, code, reply, text } from '#core/reply.ts'
import { type Text, tr } from '#core/text.ts'

const WAYS = ['browser', 'proxy', 'wireguard', 'ssh', 'tunnel'] as const
type Way = (typeof WAYS)[number]

interface Facts {
  readonly app: string
  readonly open: boolean
  readonly routed: boolean
  readonly port: number
  readonly how: Way | null
}

/** Done when: the words fit this app's own addresses, services and port, read at the moment of asking. */
export default defineCommand({
  name: 'connect',
  description: tr(
    'The exact commands to reach this gateway: browser, proxy, WireGuard, ssh, tunnel',
    '連線到此閘道的確切指令：瀏覽器、proxy、WireGuard、ssh、通道',
  ),
  examples: ['connect', 'connect how=proxy'],
  options: z.object({
    app: option.app().optional(),
    how: z
      .enum(WAYS)
      .optional()
      .meta({ about: tr('Which way; all of them if left out', '連線方式；省略時列出全部') }),
  }),
  role: 'viewer',
  where: 'worker',
  kind: 'read',

  async run({ fly, app }, { how }): Promise<Facts> {
    const [addresses, machines] = await Promise.all([fly.addresses(app), fly.machines(app)])
    const config = mainMachine(machines)?.config ?? {}
    return {
      app,
      open: addresses.some(isPublic),
      routed: servicesOf(config).length > 0,
      port: locate(config, {}).port,
      how: how ?? null,
    }
  },

  render: (facts) =>
    reply.info(
      tr(`How to reach ${facts.app}`, `如何連線到 ${facts.app}`),
      WAYS.filter((way) => facts.how === null || facts.how === way).flatMap((way) =>
        WORDS[way](facts),
      ),
    ),
})

const TOKEN: Text = tr(
  'The page asks for the gateway token; an admin finds it nowhere in chat, only at its rotation.',
  '頁面會要求閘道權杖；權杖不會出現在聊天中，只有輪替時會顯示一次。',
)

const WORDS: Readonly<Record<Way, (facts: Facts) => readonly Block[]>> = {
  browser: ({ app, open, routed }) =>
    open && routed
      ? [text(tr('In a browser:', '在瀏覽器中：')), code(`https://${app}.fly.dev/`), text(TOKEN)]
      : [
          text(
            tr(
              'In a browser: not possible now, the app has no public address with a service behind it. Use proxy.',
              '瀏覽器：目前無法使用，此應用程式沒有帶服務的公開位址。請改用 proxy。',
            ),
          ),
        ],
  proxy: ({ app, port }) => [
    text(tr('On your computer, through Fly:', '在你的電腦上，透過 Fly：')),
    code(`fly proxy ${port}:${port} --app ${app}\nhttp://localhost:${port}/`),
    text(
      tr(
        'If the connection is refused, the gateway listens on IPv4 only and Fly’s private network is IPv6: use ssh instead.',
        '若連線被拒絕，表示閘道只監聽 IPv4，而 Fly 私有網路是 IPv6：請改用 ssh。',
      ),
    ),
  ],
  wireguard: ({ app, port }) => [
    text(
      tr('With a WireGuard tunnel into your organization:', '使用 WireGuard 通道進入你的組織：'),
    ),
    code(`fly wireguard create\nhttp://${app}.internal:${port}/`),
    text(
      tr(
        'Needs a gateway that listens on IPv6; recorded versions with --bind lan listen on IPv4 only.',
        '需要閘道監聽 IPv6；已知版本使用 --bind lan 時只監聽 IPv4。',
      ),
    ),
  ],
  ssh: ({ app, port }) => [
    text(tr('A shell inside the machine, always possible:', '進入機器的命令列，任何時候都可用：')),
    code(`fly ssh console --app ${app}\ncurl -s http://127.0.0.1:${port}/healthz`),
  ],
  tunnel: ({ port }) => [
    text(
      tr(
        'For webhooks into a private gateway, run a tunnel beside it and name its host in the config:',
        '若要讓 webhook 進入私有閘道，請在旁邊執行通道，並在設定中列出其主機名稱：',
      ),
    ),
    code(`ngrok http ${port}\n# or\ntailscale funnel ${port}`),
    code(
      '{ plugins: { entries: { "voice-call": { config: { webhookSecurity: { allowedHosts: ["<host of the tunnel>"] } } } } } }',
      'json5',
    ),
  ],
}
