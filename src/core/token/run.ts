import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { join, type Text, tr } from '../text.ts'
import { revealStep, type Rotation, rotationOf } from './result.ts'
import { firstNow } from './first.ts'
import { rotationSteps, type Turn } from './rotate.ts'

/** Runs the rotation; when it fails, the words say whether the old token is in place again or was never touched. */
export async function rotate(context: WorkContext, turn: Turn): Promise<Rotation> {
  let back: 'back' | 'untouched' | undefined
  const steps = rotationSteps(context, turn, (what) => (back = what))
  try {
    const title = titleOf(context.app, turn)
    return rotationOf(context, turn, await context.steps(title, [...steps, revealStep(context)]))
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    const now = turn.first ? await firstNow(context) : back && WORDS[back]
    if (now === undefined) throw error
    const { code, text, hint, reference } = error
    throw new OpsError(code, join(' ', text, now), {
      ...(hint !== undefined && { hint }),
      ...(reference !== undefined && { reference }),
      cause: error,
    })
  }
}

const titleOf = (app: string, { first }: Turn): Text =>
  first
    ? tr(`Giving ${app} its first token`, `正在為 ${app} 設定第一個權杖`)
    : tr(`Rotating the token of ${app}`, `正在輪替 ${app} 的權杖`)

const WORDS: Readonly<Record<'back' | 'untouched', Text>> = {
  back: tr(
    'The old token was put back, and every running gateway was seen to take it. The new one is void.',
    '已還原舊權杖，並確認每個執行中的閘道都接受它。新權杖已作廢。',
  ),
  untouched: tr(
    'The secret was not changed: the old token goes on.',
    '密鑰未變更：舊權杖繼續有效。',
  ),
}
