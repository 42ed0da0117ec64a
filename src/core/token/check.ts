import type { WorkContext } from '../context.ts'
import type { Finding } from '../checks/finding.ts'
import { OpsError } from '../errors.ts'
import type { AppSecret } from '../fly.ts'
import type { Acceptance } from '../gateway.ts'
import { isUp } from '../mutation/kept.ts'
import type { Text } from '../text.ts'
import { isStaged, tokenFindings } from './findings.ts'
import { gatewaysOf, lookAtToken, type TokenLook } from './look.ts'
import { findToken } from './secret.ts'

/** What is known of the token in one machine; all of it null where the machine could not be looked into, and `why` says why. */
interface CheckedMachine {
  readonly id: string
  readonly state: string
  readonly why: Text | null
  readonly length: number | null
  readonly source: 'secret' | 'config' | 'command line' | 'none' | null
  readonly accepted: Acceptance | null
  readonly processStartedAt: number | null
  readonly staged: boolean | null
}

export interface TokenCheck {
  readonly app: string
  readonly secret: { readonly set: boolean | null; readonly changedAt: number | null }
  readonly machines: readonly CheckedMachine[]
  readonly findings: readonly Finding[]
}

/** Two reads, and two looks into each machine that runs a gateway. */
export async function checkToken(context: WorkContext): Promise<TokenCheck> {
  const { app, fly, clock } = context
  const [machines, secret] = await Promise.all([fly.machines(app), secretOf(context)])
  const gateways = gatewaysOf(machines)
  const looks = await Promise.all(
    gateways.filter(isUp).map((machine) => lookAtToken(context, machine)),
  )
  const now = clock.now()
  return {
    app,
    secret: {
      set: secret === null ? null : secret !== undefined,
      changedAt: secret?.updatedAt ?? null,
    },
    machines: gateways.map(({ id, state }) => ({
      id,
      state,
      ...factsOf(
        looks.find(({ machine }) => machine.id === id),
        secret,
        now,
      ),
    })),
    findings: looks.flatMap((seen) => tokenFindings(seen, { secret, now })),
  }
}

/** `null` when the list can't be read: it is one part of the answer, the rest is still worth having. */
async function secretOf({ app, fly }: WorkContext): Promise<AppSecret | undefined | null> {
  try {
    return findToken(await fly.secrets(app))
  } catch (error) {
    if (!(error instanceof OpsError) || error.code === 'cancelled') throw error
    return null
  }
}

const NOTHING = {
  why: null,
  length: null,
  source: null,
  accepted: null,
  processStartedAt: null,
  staged: null,
} as const

function factsOf(
  seen: TokenLook | undefined,
  secret: AppSecret | undefined | null,
  now: number,
): Omit<CheckedMachine, 'id' | 'state'> {
  if (seen === undefined) return NOTHING
  const { token } = seen
  if (!token.known) return { ...NOTHING, why: token.why }
  return {
    why: null,
    length: token.length,
    source: sourceOf(token),
    accepted: token.length === 0 ? null : token.current,
    processStartedAt: now - token.processMs,
    staged: isStaged(secret ?? undefined, token, now),
  }
}

function sourceOf({
  shadow,
  length,
}: Extract<TokenLook['token'], { known: true }>): CheckedMachine['source'] {
  if (shadow !== null) return shadow === 'config' ? 'config' : 'command line'
  return length === 0 ? 'none' : 'secret'
}
