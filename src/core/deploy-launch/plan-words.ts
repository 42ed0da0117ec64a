import type { ImageName } from '../deploy/image-ref.ts'
import { isBeyond } from '../deploy/jumps.ts'
import { mb } from '../memory-size.ts'
import { typeName } from '../network.ts'
import { bullets, usd } from '../network-words.ts'
import { costUsdMonth } from '../prices.ts'
import { type Block, table } from '../reply.ts'
import { sizeName } from '../sizes.ts'
import { type Text, tr } from '../text.ts'
import { TOKEN } from '../token/look.ts'
import { hasModelKey } from './keys.ts'
import { COMMAND, heapOf } from './recommended.ts'
import { isOurs, type Launch, mindsProxies, PROXY_NOTE, urlOf, VOLUME } from './target.ts'

/** Every thing that will be made, with its price; then what to know of it. */
export function launchBlocks(
  app: string,
  launch: Launch,
  { name, notes }: { readonly name: ImageName; readonly notes: readonly Text[] },
): readonly Block[] {
  const words = [
    ...notes,
    ...aboutImage(launch, name),
    ...aboutReach(app, launch),
    ...aboutKeys(launch),
  ]
  return [resources(app, launch), ...bullets([...words, wayBack(app, launch)])]
}

type Row = readonly [what: Text, how: Text, usdMonth: Text]

function resources(app: string, launch: Launch): Block {
  const { guest, region, image, allocate } = launch
  const cost = costOf(launch)
  const of = (kind: string) =>
    usd(cost.lines.filter((line) => line.kind === kind).reduce((sum, line) => sum + line.usd, 0))
  const rows: readonly Row[] = [
    [tr('App', '應用程式'), appWords(app, launch), '–'],
    [
      tr('Machine', '機器'),
      tr(
        `${sizeName(guest)}, ${mb(guest.memoryMb)}, in ${region}; heap cap ${heapOf(guest)} MB`,
        `${sizeName(guest)}，${mb(guest.memoryMb)}，位於 ${region}；堆積上限 ${heapOf(guest)} MB`,
      ),
      of('machine'),
    ],
    [tr('Image', '映像檔'), image, '–'],
    [tr('Command', '指令'), COMMAND, '–'],
    [tr('Volume', '磁碟區'), volumeWords(), of('volume')],
    ...allocate.map((type): Row => [tr('Address', '位址'), typeName(type), usd(0)]),
    [tr('Secret', '密鑰'), tokenWords(launch), '–'],
    ...launch.keys.map((key): Row => [
      tr('Secret', '密鑰'),
      tr(`${key}: as you gave it`, `${key}：你所提供的值`),
      '–',
    ]),
    [
      tr('Config file', '設定檔'),
      tr(
        `${VOLUME.path}/openclaw.json: mode, bind, origins of the Control UI`,
        `${VOLUME.path}/openclaw.json：mode、bind、Control UI 的來源`,
      ),
      '–',
    ],
    [
      tr('Together', '合計'),
      tr(`estimate, prices of ${cost.pricesOf}`, `估計，${cost.pricesOf} 的價格`),
      usd(cost.usd),
    ],
  ]
  return table([tr('What', '項目'), tr('How', '內容'), tr('USD a month', '每月美元')], rows)
}

/** What it costs while it runs. */
export const costOf = ({ guest, region }: Pick<Launch, 'guest' | 'region'>) =>
  costUsdMonth({
    machines: [{ id: 'machine', region, state: 'started', guest }],
    volumes: [{ id: 'volume', name: VOLUME.name, sizeGb: VOLUME.sizeGb }],
    addresses: [],
  })

const appWords = (app: string, { existed, org }: Launch): Text =>
  existed
    ? tr(`${app}, there already and empty`, `${app}，已存在且為空`)
    : tr(`${app}, new, in organization ${org}`, `${app}，新建，於組織 ${org}`)

const volumeWords = (): Text =>
  tr(
    `${VOLUME.name}, ${VOLUME.sizeGb} GB at ${VOLUME.path}, encrypted, snapshots daily`,
    `${VOLUME.name}，${VOLUME.sizeGb} GB，掛載於 ${VOLUME.path}，加密，每日快照`,
  )

const tokenWords = ({ secrets }: Launch): Text =>
  secrets.includes(TOKEN)
    ? tr(`${TOKEN}: the one that is set stays`, `${TOKEN}：沿用已設定的值`)
    : tr(
        `${TOKEN}: 64 new random characters, shown once to you`,
        `${TOKEN}：64 個新的隨機字元，僅向你顯示一次`,
      )

function aboutImage({ version, guest }: Launch, name: ImageName): readonly Text[] {
  return [
    ...(isOurs(name)
      ? []
      : [
          tr(
            '⚠️ This is not an image of OpenClaw’s own. It gets all secrets of the app.',
            '⚠️ 這不是 OpenClaw 官方的映像檔。它會取得此應用程式的所有密鑰。',
          ),
        ]),
    ...(version === null || isBeyond(version)
      ? [
          tr(
            'Which release it is, or what is new in it, is not known here; the health check only looks at the port where that matters.',
            '此處不知道它是哪個版本或有何變更；必要時健康檢查只檢查連接埠。',
          ),
        ]
      : []),
    ...(guest.memoryMb < 2048
      ? [
          tr(
            '⚠️ Below 2 GB it may run out of memory under load; 2 GB is recommended.',
            '⚠️ 低於 2 GB 時，負載下可能記憶體不足；建議 2 GB。',
          ),
        ]
      : []),
  ]
}

function aboutReach(app: string, { open, version }: Launch): readonly Text[] {
  if (!open)
    return [
      tr(
        'Nobody reaches it from the internet: only through your Fly network and ssh. Webhooks from outside do not arrive.',
        '無法從網際網路連線：只能透過你的 Fly 網路與 ssh。外部的 webhook 不會送達。',
      ),
    ]
  return [
    tr(
      `The internet reaches it at ${urlOf(app)}, scanners too; the token is what keeps them out. private=true closes it.`,
      `網際網路（包括掃描器）可透過 ${urlOf(app)} 連線；僅由權杖把關。private=true 可關閉。`,
    ),
    ...(mindsProxies(version) ? [PROXY_NOTE] : []),
  ]
}

const aboutKeys = ({ keys, secrets }: Launch): readonly Text[] =>
  hasModelKey([...keys, ...secrets])
    ? []
    : [
        tr(
          'Without a model key it runs but answers nobody: /openclaw secrets set sets one afterwards.',
          '沒有模型金鑰時它會執行但無法回應：之後可用 /openclaw secrets set 設定。',
        ),
      ]

const wayBack = (app: string, { existed }: Launch): Text =>
  existed
    ? tr(
        `Takes 1 to 10 minutes. If a step fails, what was made is removed again; ${app} itself stays, as it was there before.`,
        `需要 1 到 10 分鐘。若某步驟失敗，會移除已建立的項目；${app} 本身原已存在，會保留。`,
      )
    : tr(
        'Takes 1 to 10 minutes. If a step fails, everything that was made is removed again, the app included.',
        '需要 1 到 10 分鐘。若某步驟失敗，會移除所有已建立的項目，包括應用程式。',
      )
