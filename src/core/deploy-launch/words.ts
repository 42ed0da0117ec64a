import { mb } from '../memory-size.ts'
import { typeName } from '../network.ts'
import { bullets, usd } from '../network-words.ts'
import { revealAction } from '../mutation/reveal.ts'
import { type Action, type Block, fields, type Reply, reply } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import { hasModelKey } from './keys.ts'
import type { Launched } from './run.ts'
import { mindsProxies, PROXY_NOTE } from './target.ts'

/** What is there now, and what to do with it. */
export function launchReply(done: Launched): Reply {
  const { app, config } = done
  const whole = config.state === 'taken'
  return (whole ? reply.ok : reply.warn)(
    tr(`${app} runs, its gateway is ready`, `${app} 已執行，閘道已就緒`),
    [facts(done), ...bullets(next(done)), fileOf(done)],
    { actions: actionsOf(done) },
  )
}

function facts(done: Launched): Block {
  const { org, url, machine, volume, addresses, image, version, costUsdMonth } = done
  return fields(
    [tr('Organization', '組織'), org],
    ['URL', url ?? tr('none, it is private', '無，為私有')],
    [
      tr('Machine', '機器'),
      `${machine.id} · ${machine.size} · ${mb(machine.memoryMb)} · ${machine.region}`,
    ],
    [tr('Volume', '磁碟區'), `${volume.id} · ${volume.name} · ${volume.sizeGb} GB`],
    [
      tr('Addresses', '位址'),
      join(', ', ...addresses.map(({ address, type }) => join(' ', address, bracket(type)))),
    ],
    [tr('Image', '映像檔'), image],
    [tr('Version', '版本'), version ?? tr('unknown', '未知')],
    [
      tr('USD a month', '每月美元'),
      tr(`${usd(costUsdMonth)}, estimate`, `${usd(costUsdMonth)}，估計`),
    ],
  )
}

const bracket = (type: Launched['addresses'][number]['type']): Text =>
  join('', '(', typeName(type), ')')

function next(done: Launched): readonly Text[] {
  return [
    ...tokenWords(done),
    ...configWords(done),
    ...reachWords(done),
    ...(hasModelKey(done.keys) ? [] : [MODEL]),
    tr(
      'Channels: set their tokens the same way (DISCORD_BOT_TOKEN …) and give each a block in the config; a token alone starts none.',
      '頻道：以相同方式設定其權杖（DISCORD_BOT_TOKEN…），並在設定檔中加入各頻道的區塊；僅有權杖不會啟動。',
    ),
    tr(
      'Keep the file below: a deploy with it makes the same machine again.',
      '請保存下方檔案：以它部署會得到相同的機器。',
    ),
  ]
}

const MODEL = tr(
  'Give it a model: /openclaw secrets set name=ANTHROPIC_API_KEY (or OPENAI_API_KEY, GOOGLE_API_KEY …), then /openclaw secrets apply.',
  '提供模型金鑰：/openclaw secrets set name=ANTHROPIC_API_KEY（或 OPENAI_API_KEY、GOOGLE_API_KEY…），再執行 /openclaw secrets apply。',
)

const tokenWords = ({ token }: Launched): readonly Text[] => [
  token === 'new'
    ? tr(
        'Reveal shows the gateway token once, to you alone, within 10 minutes. /openclaw token rotate makes another one.',
        '「顯示」會在 10 分鐘內僅向你顯示一次閘道權杖。/openclaw token rotate 可產生新的。',
      )
    : tr(
        'The gateway token is the one that the app had; nobody can read it back. /openclaw token rotate makes another one.',
        '閘道權杖沿用應用程式原有的值，無法再讀出。/openclaw token rotate 可產生新的。',
      ),
]

function configWords({ config }: Launched): readonly Text[] {
  const { state, why } = config
  if (state === 'taken') return []
  if (state === 'unread')
    return [
      tr(
        'The config file is written, but the gateway was not seen to take it yet. /openclaw restart makes it.',
        '設定檔已寫入，但尚未確認閘道已採用。請執行 /openclaw restart。',
      ),
    ]
  const words =
    state === 'other'
      ? tr('The config file is not the one I would write:', '設定檔不是我要寫入的內容：')
      : tr('The first config file was not written:', '第一份設定檔未寫入：')
  return [
    join(
      ' ',
      words,
      why ?? '',
      tr(
        'The gateway runs with its defaults. See /openclaw config show.',
        '閘道以預設值執行。請見 /openclaw config show。',
      ),
    ),
  ]
}

function reachWords({ private: closed, version }: Launched): readonly Text[] {
  if (closed)
    return [
      tr(
        'It is reached through your Fly network and ssh alone: /openclaw connect has the commands.',
        '僅能透過你的 Fly 網路與 ssh 連線：指令見 /openclaw connect。',
      ),
    ]
  if (!mindsProxies(version)) return []
  return [
    join(
      ' ',
      PROXY_NOTE,
      tr(
        'Open the URL once, then /openclaw doctor offers to set it.',
        '請開啟網址一次，之後 /openclaw doctor 會提供設定。',
      ),
    ),
  ]
}

const fileOf = ({ file, app }: Launched): Block => ({
  type: 'file',
  name: file.name,
  content: file.content,
  about: tr(`What reproduces ${app} as it runs now`, `可重現 ${app} 目前狀態的檔案`),
})

function actionsOf({ app, reveal }: Launched): readonly Action[] {
  const run = (command: string, label: Text): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command, input: { app } },
  })
  return [
    ...(reveal === null ? [] : [revealAction(reveal)]),
    run('openclaw status', tr('Status', '狀態')),
    run('openclaw connect', tr('Connect', '連線')),
  ]
}
