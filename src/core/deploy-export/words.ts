import { bullets } from '../network-words.ts'
import { type Block, type Reply, reply } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import type { Exported } from './exported.ts'

/** The file, and everything that it does not say. */
export function exportReply(done: Exported): Reply {
  const { app, file, kind } = done
  const title = tr(`${file.name} of ${app}`, `${app} 的 ${file.name}`)
  const about =
    kind === done.now
      ? tr(
          `What reproduces ${done.machine} as it runs now`,
          `可重現 ${done.machine} 目前狀態的檔案`,
        )
      : tr(
          `${done.machine} as it would run if ${kind}`,
          `${done.machine} 若改為${KIND_ZH[kind]}的檔案`,
        )
  const block: Block = { type: 'file', name: file.name, content: file.content, about }
  return reply.info(title, [...bullets(notes(done)), block])
}

const KIND_ZH = { public: '公開', private: '私有' } as const

const notes = (done: Exported): readonly Text[] => [
  ...kindNotes(done),
  ...untoldNotes(done),
  ...otherNotes(done),
  ...imageNotes(done),
  secretNote(done),
  tr(
    'Addresses, certificates and the size of the volume belong to the app, not to the file; so does the config on the volume.',
    '位址、憑證與磁碟區大小屬於應用程式，不在檔案中；磁碟區上的設定檔亦然。',
  ),
]

function kindNotes({ kind, now, services }: Exported): readonly Text[] {
  if (kind === now) return []
  if (kind === 'private')
    return [
      tr(
        'The machine has services, this file has none. A deploy with it takes them away, but leaves the public addresses: /openclaw network private does both and proves it.',
        '機器目前有服務，此檔案沒有。以它部署會移除服務，但保留公開位址：/openclaw network private 會完成兩者並證實。',
      ),
    ]
  return [
    services === 'remembered'
      ? tr(
          'The machine has no services: those of the file are the ones it had before it was made private here.',
          '機器目前沒有服務：檔案中的是它在此處改為私有之前的服務。',
        )
      : tr(
          'The machine has no services: those of the file are the guide’s, for its port and version.',
          '機器目前沒有服務：檔案中的是依其連接埠與版本、指南所用的服務。',
        ),
  ]
}

/** Enough to see what kind of things they are; a message has an end. */
const MOST = 15

function untoldNotes({ untold }: Exported): readonly Text[] {
  if (untold.length === 0)
    return [
      tr(
        'Everything in the machine’s config has a place in the file.',
        '機器設定中的每一項在檔案中都有對應。',
      ),
    ]
  const more = untold.length > MOST ? ` … (${untold.length})` : ''
  const list = `${untold.slice(0, MOST).join(', ')}${more}`
  return [
    tr(
      `⚠️ A fly.toml written here has no words for: ${list}. A deploy with it does not bring them back.`,
      `⚠️ 此處寫出的 fly.toml 無法表達：${list}。以它部署不會恢復這些項目。`,
    ),
  ]
}

function otherNotes({ otherGroups, otherMachines }: Exported): readonly Text[] {
  const groups = otherGroups.join(', ')
  const machines = otherMachines.join(', ')
  return [
    ...(groups === ''
      ? []
      : [
          tr(
            `⚠️ The app has other process groups, which are not in the file: ${groups}. A deploy with it removes their machines.`,
            `⚠️ 應用程式還有其他程序群組，不在檔案中：${groups}。以它部署會移除其機器。`,
          ),
        ]),
    ...(machines === ''
      ? []
      : [
          tr(
            `A deploy gives the same config to ${machines}, too, whatever they have now.`,
            `部署也會把相同設定套用到 ${machines}，不論其目前設定為何。`,
          ),
        ]),
  ]
}

const imageNotes = ({ digest }: Exported): readonly Text[] =>
  digest === null
    ? []
    : [
        tr(
          `A tag may be moved: what runs now is ${digest}.`,
          `標籤可能會改變：目前執行的是 ${digest}。`,
        ),
      ]

function secretNote({ secrets }: Exported): Text {
  if (secrets === null)
    return tr('Which secrets the app has could not be read.', '無法讀取應用程式有哪些密鑰。')
  if (secrets.length === 0) return tr('The app has no secrets.', '應用程式沒有密鑰。')
  return tr(
    'Secrets are named in the file as comments; their values are nowhere in it. Variables and a command that look secret are left out, which a comment says, too.',
    '檔案以註解列出密鑰名稱，不含其值。看似密鑰的環境變數與指令也會省略，並以註解說明。',
  )
}
