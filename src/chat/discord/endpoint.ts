import { type APIInteraction, InteractionResponseType, InteractionType } from 'discord.js'
import type { SignedRequest } from './verify.ts'

export interface EndpointAnswer {
  readonly status: 200 | 202 | 400 | 401
  /** JSON, when there is a body. */
  readonly body?: { readonly type: InteractionResponseType.Pong }
}

/**
 * The HTTP way in. Discord probes with bad signatures and drops an endpoint that takes them, so those get 401 before anything is
 * parsed; an interaction gets 202 and is answered by its callback, the same as one from the gateway.
 */
export function createInteractionEndpoint(deps: {
  readonly verify: (request: SignedRequest) => boolean
  readonly interaction: (raw: APIInteraction) => Promise<void>
}): (request: SignedRequest) => EndpointAnswer {
  return (request) => {
    if (!deps.verify(request)) return { status: 401 }
    const raw = parse(request.body.toString())
    if (raw === undefined) return { status: 400 }
    if (raw.type === InteractionType.Ping)
      return { status: 200, body: { type: InteractionResponseType.Pong } }
    void deps.interaction(raw)
    return { status: 202 }
  }
}

/** Signed by Discord, so its shape is taken at its word. */
function parse(body: string): APIInteraction | undefined {
  try {
    const value: unknown = JSON.parse(body)
    const isInteraction = typeof value === 'object' && value !== null && 'type' in value
    return isInteraction ? (value as APIInteraction) : undefined
  } catch {
    return undefined
  }
}
