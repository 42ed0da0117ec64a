import type { Admission, Admitted, Outcome, Refused } from '../../core/front.ts'
import type { SaidReply } from '../../core/reply.ts'
import { isForbidden } from './errors.ts'
import { answer, inLocale, type Kit, type Request, whisper } from './kit.ts'
import { patiently } from './patience.ts'
import { REFUSED_SHORT } from './sentences.ts'

/** Carries out what the dispatcher decided about a command. `pressed` is the message whose button asked for it. */
export async function settle(
  kit: Kit,
  request: Request,
  admission: Admission,
  pressed?: string,
): Promise<void> {
  if (admission.kind === 'refused') {
    kit.accepted()
    return refuse(kit, request, admission)
  }
  showTyping(kit, request)
  const outcome = await admission.run(admission.mode === 'update' ? pressed : undefined)
  kit.accepted()
  await show(kit, { request, admission, outcome, pressed })
}

/** In private if possible, because in a group nothing else is; otherwise without any reason. */
async function refuse(
  kit: Kit,
  request: Request,
  { reply, burnt, silent }: Refused,
): Promise<void> {
  if (silent) return
  if (request.address.private) return void (await answer(kit, request, reply))
  try {
    await patiently(kit, () => kit.inPrivate.send(request.actor.id, reply))
  } catch (error) {
    if (!isForbidden(error)) throw error
    const { actor, address } = request
    // once a minute for each person, or a stranger could fill the group through us
    if (!kit.refusals.claim(`${actor.id} ${address.chat}`)) return
    // what was written was open to all of them, and nothing of it is repeated
    await answer(kit, request, burnt ? reply : inLocale(request, REFUSED_SHORT))
  }
}

/** Not waited for: it must not stand between two commands that came in order. */
function showTyping(kit: Kit, { address }: Request): void {
  const payload = {
    chat_id: Number(address.chat),
    action: 'typing',
    ...(address.topic !== undefined && { message_thread_id: Number(address.topic) }),
  } as const
  kit.api
    .call('sendChatAction', payload)
    .catch((error: unknown) => kit.log.debug({ err: error }, 'no typing sign'))
}

interface Shown {
  readonly request: Request
  readonly admission: Admitted
  readonly outcome: Outcome
  readonly pressed: string | undefined
}

async function show(kit: Kit, { request, admission, outcome, pressed }: Shown): Promise<void> {
  switch (outcome.kind) {
    case 'queued':
    case 'duplicate':
      return undefined
    case 'notice':
      return void (await whisper(kit, request, outcome.reply))
    case 'reply': {
      if (admission.audience === 'author') return void (await whisper(kit, request, outcome.reply))
      const replaced =
        admission.mode === 'update' &&
        pressed !== undefined &&
        (await replace(kit, { request, reply: outcome.reply, message: pressed }))
      if (!replaced) await answer(kit, request, outcome.reply)
      return undefined
    }
    default:
      return outcome satisfies never
  }
}

function replace(
  kit: Kit,
  { request, reply, message }: { request: Request; reply: SaidReply; message: string },
): Promise<boolean> {
  const { chat, private: isPrivate } = request.address
  return patiently(kit, () => kit.outbound.edit({ chat, message, private: isPrivate }, reply))
}
