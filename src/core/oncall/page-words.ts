import { fields, reply, type Reply, text } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import type { Paged, Sent } from './page.ts'

/** Who was reached where, with the platform's own word for it. */
export function renderPage({ people, text: said, sent }: Paged): Reply {
  const names = people.map(({ name }) => name).join(', ')
  const reached = sent.filter(({ state }) => state === 'delivered').length
  const lost = sent.filter(({ state }) => state === 'failed')
  const open = sent.length - reached - lost.length
  const [say, title] = titleOf({ names, reached, lost: lost.length, open })
  return say(title, [
    text(said),
    fields(...sent.map((one) => [placeWords(one), stateWords(one)] as const)),
    ...(open > 0 ? [text(OPEN)] : []),
    ...(lost.some(({ why, person }) => why === 'forbidden' && person) ? [text(CLOSED)] : []),
  ])
}

interface Counted {
  readonly names: string
  readonly reached: number
  readonly lost: number
  readonly open: number
}

function titleOf({ names, reached, lost, open }: Counted): readonly [typeof reply.ok, Text] {
  if (reached > 0 && lost === 0 && open === 0)
    return [reply.ok, tr(`${names} paged`, `已呼叫 ${names}`)]
  if (reached > 0)
    return [
      reply.warn,
      tr(`${names} paged, not by every way`, `已呼叫 ${names}，但並非所有管道都成功`),
    ]
  if (open > 0) return [reply.warn, tr(`${names} not reached yet`, `尚未聯繫到 ${names}`)]
  return [reply.error, tr(`${names} could not be reached`, `無法聯繫 ${names}`)]
}

const placeWords = ({ person, place }: Sent): Text =>
  person === null
    ? join('', tr('Mention in ', '提及於 '), place)
    : tr(`Direct message to ${person.name}`, `私訊 ${person.name}`)

function stateWords({ state, message, why }: Sent): Text {
  if (state === 'delivered') return tr(`delivered, message ${message}`, `已送達，訊息 ${message}`)
  if (state === 'waiting') return tr('not taken yet', '平台尚未收下')
  return WHY[why ?? ''] ?? tr('not delivered', '未送達')
}

const WHY: Readonly<Record<string, Text>> = {
  forbidden: tr('refused by the platform', '平台拒絕'),
  gone: tr('the place is gone, or it took too long', '地點已不存在或逾時'),
  invalid: tr('the platform did not take the message as it is', '平台不接受此訊息'),
}

const OPEN = tr('I look again and correct this answer.', '我會再次查看並更正此訊息。')
const CLOSED = tr(
  'Whoever refused has to write to me once (Telegram: /start) or allow direct messages from this server (Discord).',
  '被拒絕的人須先私訊我一次（Telegram：/start），或允許來自此伺服器的私訊（Discord）。',
)
