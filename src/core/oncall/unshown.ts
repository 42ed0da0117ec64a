import { type Reply, reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import type { Around, Incident, IncidentEvent } from './incident.ts'
import { line } from './incident-line.ts'
import { once, roomKey } from './route.ts'

type Unshown = Extract<IncidentEvent, { do: 'unshown' }>

/** A platform refused the card for good: the others say so, and it is shown elsewhere. Told of one place once. */
export function unshown(
  incident: Incident,
  { place, why, instead }: Unshown,
  { now }: Pick<Around, 'now'>,
): Incident {
  const id = `unshown ${roomKey(place)}`
  if (incident.log.some((entry) => entry.id === id)) return incident
  const words = tr(
    `The card could not be shown in ${roomKey(place)}: ${why}`,
    `卡片無法顯示於 ${roomKey(place)}：${why}`,
  )
  const moved = { ...incident, places: once([...incident.places, ...instead]) }
  return line(moved, { at: now, what: 'unshown', by: null, text: words, id })
}

/** What owners hear when a place begins to refuse cards. */
export function unshownReply(
  { id }: Pick<Incident, 'id'>,
  { place, why, instead }: Unshown,
): Reply {
  const where = roomKey(place)
  const shown =
    instead.length === 0
      ? tr('It is shown in its other places.', '已顯示於其他地點。')
      : tr('It is shown to the owners in private.', '改以私訊顯示給擁有者。')
  return reply.error(
    tr(`The card of ${id} could not be shown in ${where}`, `${id} 的卡片無法顯示於 ${where}`),
    [
      text(tr(`Because the platform said: ${why}.`, `原因（平台回應）：${why}。`)),
      text(shown),
      text(
        tr(
          'I try again after a minute, then less and less often, every half hour in the end, and say nothing more of this place until a card got there; then every open incident is shown there. Give me the rights to write there, or route its alerts elsewhere: /oncall route list. /oncall test in that place shows whether it works.',
          '會再嘗試，間隔從 1 分鐘逐漸拉長到半小時；在成功之前不再就此地點另行通知，成功後會顯示所有進行中的事件。請給我在該處發言的權限，或改送他處：/oncall route list。在該處執行 /oncall test 可確認。',
        ),
      ),
    ],
  )
}

export const shownAgainReply = (where: string): Reply =>
  reply.ok(tr(`Cards are shown in ${where} again`, `卡片已可再顯示於 ${where}`))
