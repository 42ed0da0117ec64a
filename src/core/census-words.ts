import { placeKey, type Subject, subjectKey } from './access.ts'
import type { Place } from './invocation.ts'
import { type Reply, reply, text } from './reply.ts'
import { tr } from './text.ts'

type Space = Pick<Place, 'platform' | 'space'>

/** What those who rule a place are told when somebody, a role, or the bot itself is not there any more. */
export function goneWords(place: Space, subject?: Subject): Reply {
  const where = placeKey(place)
  if (subject === undefined) return botIsGone(where)
  return subject.kind === 'role' ? roleIsGone(where, subject.id) : personIsGone(where, subject)
}

const botIsGone = (where: string): Reply =>
  reply.warn(tr(`I am no longer in ${where}`, `我已不在 ${where}`), [
    text(
      tr(
        'Somebody removed me there, so nobody can ask or press anything in it. Alerts that were routed there come to the owners.',
        '有人將我移除，因此該處無法再提出要求或按下按鈕。原本送往該處的警報會改送給擁有者。',
      ),
    ),
    text(
      tr(
        `Its roles count again when I am added again. If I should not be, an owner types /ops access untrust place=${where}.`,
        `若再次加入，原有的角色會恢復。若不應再加入，請由擁有者輸入 /ops access untrust place=${where}。`,
      ),
    ),
  ])

const roleIsGone = (where: string, id: string): Reply =>
  reply.warn(tr(`A role that has rights is deleted`, `擁有權限的身分組已被刪除`), [
    text(
      tr(
        `${where} has no role ${id} any more, so what it was given counts for nobody. Whoever had rights by it alone has none now.`,
        `${where} 已沒有身分組 ${id}，因此給它的權限對任何人都無效。僅靠它取得權限的人現在沒有任何權限。`,
      ),
    ),
    text(
      tr(
        'Give them to another role or to people: /ops access allow. /ops access list shows what was given.',
        '請授權給其他身分組或個人：/ops access allow。/ops access list 會顯示原本的授權。',
      ),
    ),
  ])

function personIsGone(where: string, subject: Subject): Reply {
  const who = subjectKey(subject)
  return reply.warn(tr(`${who} left ${where}`, `${who} 已離開 ${where}`), [
    text(
      tr(
        'They can ask and press nothing there, and count neither as an admin nor as a second person. What they were given counts again if they come back.',
        '此人在該處無法提出要求或按下按鈕，也不再計為管理員或第二人。若此人回來，原有的權限會恢復。',
      ),
    ),
    text(
      tr(
        `To end it for good: /ops access deny ${who} place=guild, typed there.`,
        `若要永久終止，請在該處輸入：/ops access deny ${who} place=guild。`,
      ),
    ),
  ])
}
