import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { text as readAll } from 'node:stream/consumers'
import type { Call } from './calls.ts'
import type { FaultKind } from './faults.ts'
import type { Answer } from './router.ts'
import type { World } from './world.ts'

export async function bodyOf(request: IncomingMessage): Promise<string> {
  return readAll(request)
}

const errorPage = '<html><head><title>502 Bad Gateway</title></head><body>502</body></html>\n'

interface FaultScene {
  readonly fault: FaultKind
  readonly call: Call
  readonly response: ServerResponse
  readonly signal: AbortSignal
}

/** Plays the part of a fault that comes before the work; true when the work is not to be done. */
export async function sendFault(world: World, scene: FaultScene): Promise<boolean> {
  const { fault, call, response, signal } = scene
  switch (fault.kind) {
    case 'answer':
      write(response, call, fault)
      return true
    case 'html': {
      const headers = { 'content-type': 'text/html' }
      write(response, call, { status: fault.status ?? 502, body: errorPage, headers })
      return true
    }
    case 'reset':
      response.socket?.resetAndDestroy()
      return true
    case 'hang':
      if (!signal.aborted) await once(signal, 'abort')
      return true
    case 'delay':
      await world.clock.sleep(fault.ms, signal).catch(() => {})
      return signal.aborted
    case 'answerLost':
    case 'malformed':
    case 'empty':
      return false
  }
}

interface Sending {
  readonly call: Call
  readonly answer: Answer
  readonly fault: FaultKind | null
}

/** Sends the answer of the work, spoiled when a fault says so. */
export function send(response: ServerResponse, { call, answer, fault }: Sending): void {
  if (fault?.kind === 'answerLost') response.socket?.destroy()
  else if (fault?.kind === 'empty') write(response, call, { status: fault.status ?? answer.status })
  else if (fault?.kind === 'malformed') {
    const whole = JSON.stringify(answer.body ?? { ok: true })
    const headers = { 'content-type': 'application/json' }
    write(response, call, { status: answer.status, body: whole.slice(0, -2), headers })
  } else write(response, call, answer)
}

/** Every answer names its request. */
function write(response: ServerResponse, call: Call, answer: Answer): void {
  const { status, body } = answer
  const plain = typeof body === 'string'
  const type =
    body === undefined ? {} : { 'content-type': plain ? 'text/plain' : 'application/json' }
  call.status = status
  response.writeHead(status, { ...type, ...answer.headers, 'fly-request-id': call.requestId })
  response.end(plain ? body : body === undefined ? undefined : JSON.stringify(body))
}
