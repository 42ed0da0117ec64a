import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'
import { checkToken } from '#core/token/check.ts'
import { rotationPlan } from '#core/token/plan.ts'
import { lookAgain, lookAgainAfter } from '#core/token/result.ts'
import type { Turn } from '#core/token/rotate.ts'
import { rotate } from '#core/token/run.ts'
import { checkReply, rotationReply } from '#core/token/words.ts'

const options = z.object({ app: option.app().optional() })

/** Done when: each running gateway was asked with its own token and a made-up one, and what was not seen is named as unknown. */
const check = defineCommand({
  name: 'token check',
  description: tr(
    'Whether the gateway token is set, counts, is good enough and is taken; never shows it',
    '閘道權杖是否已設定、生效、夠安全且被接受；絕不顯示其值',
  ),
  examples: ['token check', 'token check app=my-openclaw'],
  options,
  role: 'operator',
  where: 'worker',
  kind: 'read',
  run: checkToken,
  render: checkReply,
})

/**
 * Done when: every running gateway became ready anew, its process has the SHA-256 of the new token, it takes that one, refuses a made-up
 * one, and refuses the old one with the code for a wrong token. Seen otherwise: the old one is put back. Not seen: said so, looked again.
 * Where the app has no token, it makes the first one and starts the gateway that has given up without.
 */
const rotation = defineCommand({
  name: 'token rotate',
  description: tr(
    'Gives the gateway a new token, or its first, and proves that the old one is refused',
    '為閘道更換（或首次設定）權杖，並證實舊權杖已被拒絕',
  ),
  examples: ['token rotate', 'token rotate app=my-openclaw'],
  options,
  role: 'admin',
  confirm: 'second',
  where: 'worker',
  kind: 'change',
  plan: rotationPlan,

  run: (context, _options, plan) =>
    rotate(context, { first: false, ...(plan as Pick<Turn, 'targets'> & Partial<Turn>) }),
  render: rotationReply,
  follow: {
    after: lookAgainAfter,
    look: (context, _options, result) => lookAgain(context, result),
  },
})

export default [rotation, check]
