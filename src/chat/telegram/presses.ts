import type { Admission, Question } from '../../core/front.ts'
import type { Press } from '../../core/invocation.ts'
import type { SaidReply } from '../../core/reply.ts'
import { say } from '../../core/text.ts'
import { isForbidden, isTooOld } from './errors.ts'
import { settle } from './flow.ts'
import { readData } from './keyboard.ts'
import { answer, inLocale, type Kit, type Request, requestOf } from './kit.ts'
import { LIMITS } from './limits.ts'
import type { Questions } from './questions.ts'
import { isShort, renderShort } from './render.ts'
import type { Person, Sent } from './sender.ts'
import { LATE_PRESS, SECOND_PRESS } from './sentences.ts'

/** A part of the Bot API's CallbackQuery. */
export interface Callback {
  readonly id: string
  readonly from: Person
  readonly message?: Sent & { readonly message_id: number; readonly reply_markup?: Markup }
  readonly data?: string
}

interface Markup {
  readonly inline_keyboard: ReadonlyArray<readonly object[]>
}

/** Handles one press: decide, answer the press, then do the work. */
export async function onCallback(
  kit: Kit,
  questions: Questions,
  { query, update }: { query: Callback; update: number },
): Promise<void> {
  const { message, data, from } = query
  if (!message || data === undefined || from.is_bot || !kit.seen.claim(`t-${update}`)) return
  const press = { chat: message.chat.id, message: message.message_id, from: from.id, data }
  const id = await kit.claims.claim(press, update)
  const request = pressRequest(kit, { from, message }, id ?? '')
  if (id === undefined)
    return void (await answerQuery(kit, query, { text: say(SECOND_PRESS, request.locale) }))
  const stays = await decide(kit, questions, {
    query,
    request,
    data,
    answered: () => kit.claims.answered(press, update),
  })
  if (!stays) await kit.claims.release(press)
}

function pressRequest(
  kit: Kit,
  { from: person, message }: Required<Pick<Callback, 'from' | 'message'>>,
  id: string,
): Request {
  const at = kit.clock.now()
  const request = requestOf(kit, { id, person, message, surface: 'button', at })
  return { ...request, address: { ...request.address, message: String(message.message_id) } }
}

interface Pressed {
  readonly query: Callback
  readonly request: Request
  readonly data: string
  /** To be called when Telegram knows that we have the press. */
  readonly answered: () => Promise<void>
}

/** Gives whether the press is spent: what was refused or asked about may be pressed again. */
async function decide(kit: Kit, questions: Questions, pressed: Pressed): Promise<boolean> {
  const { query, request } = pressed
  const shown = tokensOn(query.message?.reply_markup)
  const press: Press = { ...request, ...(await readPress(kit, pressed.data)), shown }
  const admission = await kit.front.press(press)
  const isInTime = await acknowledge(kit, query, { admission, request })
  // nothing came of these that could get lost, and Telegram's limits must not hold up what comes next
  if (admission.kind !== 'admitted' || !isInTime) kit.accepted()
  if (admission.kind === 'refused') {
    if (!admission.silent) await tellRest(kit, request, admission.reply)
    return false
  }
  if (!isInTime) return false
  if (admission.kind === 'question') {
    await questions.ask(request, admission)
    return false
  }
  await pressed.answered()
  await settle(kit, request, admission, request.address.message)
  return true
}

/** As Telegram has the message: what a press carries can be made up by a client. */
const tokensOn = ({ inline_keyboard: rows }: Markup = { inline_keyboard: [] }): readonly string[] =>
  rows.flat().flatMap((button) => {
    const data = 'callback_data' in button ? button.callback_data : undefined
    return typeof data === 'string' ? readData(data).token : []
  })

async function readPress(kit: Kit, data: string): Promise<Pick<Press, 'token' | 'answer'>> {
  const { token, answer: inside, long } = readData(data)
  const value = long === undefined ? inside : await kit.store.get('telegram-choice', long)
  return { token, ...(typeof value === 'string' && { answer: value }) }
}

/** Answers the press before any work; false when it came too late to be answered, so that nothing is begun. */
async function acknowledge(
  kit: Kit,
  query: Callback,
  { admission, request }: { admission: Admission | Question; request: Request },
): Promise<boolean> {
  const alert =
    admission.kind === 'refused' && !admission.silent
      ? { text: renderShort(admission.reply, LIMITS.answer), show_alert: true }
      : {}
  if (await answerQuery(kit, query, alert)) return true
  kit.log.info({ invocation: request.id }, 'a press came too late to be answered')
  if (admission.kind === 'refused') return false
  await answer(kit, request, inLocale(request, LATE_PRESS))
  return false
}

/** Only "too old" counts: another failure loses the sign on the button, not the press. */
async function answerQuery(
  kit: Kit,
  { id }: Callback,
  content: { readonly text?: string; readonly show_alert?: boolean },
): Promise<boolean> {
  try {
    await kit.api.call('answerCallbackQuery', { callback_query_id: id, ...content })
    return true
  } catch (error) {
    if (isTooOld(error)) return false
    kit.log.warn({ err: error }, 'a press could not be answered')
    return true
  }
}

/** A refusal too long for the alert goes to the private chat as a whole, where there is one. */
async function tellRest(kit: Kit, request: Request, refusal: SaidReply): Promise<void> {
  if (isShort(refusal, LIMITS.answer)) return
  try {
    await kit.inPrivate.send(request.actor.id, refusal)
  } catch (error) {
    if (!isForbidden(error)) throw error
  }
}
