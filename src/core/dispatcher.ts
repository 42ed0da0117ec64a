import type { AcceptDeps } from './accept-deps.ts'
import { admit } from './admit.ts'
import { auditEntry } from './audit.ts'
import { complete } from './complete.ts'
import type { Front } from './front.ts'
import { createLimits } from './limits.ts'
import { localise } from './localise.ts'
import { press } from './press.ts'
import { reply, text } from './reply.ts'
import { limited, ownerIn } from './slow.ts'
import { tr } from './text.ts'

/** The one way in: every surface hands its requests here, and nothing runs that has not passed `decide`. */
export function createDispatcher(
  given: AcceptDeps,
  limits = createLimits({ now: given.clock.now, isOwner: ownerIn(given) }),
): Front {
  const deps = { ...given, limits }
  const { early, muted, judged } = limited(deps, limits)
  return {
    admit: (invocation) =>
      early(invocation) ?? judged(invocation, admit(muted(deps, invocation), invocation)),
    press: async (request) =>
      early(request) ?? judged(request, await press(muted(deps, request), request)),
    complete: (request) => complete(deps, request),
    stale: (request) => {
      const verb = 'command' in request ? request.command : 'token' in request ? 'press' : 'typed'
      const entry = auditEntry('refused', request, { detail: 'stale', verb })
      muted(deps, request).audit.record(entry)
      limits.refused(request)
      return localise(STALE, request.locale)
    },
  }
}

const STALE = reply.warn(tr('Too old, not run', '指令過舊，未執行'), [
  text(
    tr(
      'This command reached me more than a minute after you sent it, so I left it alone. Send it again if you still want it.',
      '這個指令在送出超過一分鐘後才到達，因此沒有執行。若仍需要，請再送一次。',
    ),
  ),
])
