import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { FakeFly, FakeFlyOptions } from './fake-fly.ts'
import { startFakeFly } from './fake-fly.ts'
import type { OpenApi } from './openapi.ts'
import { loadOpenApi } from './openapi.ts'
import { record } from './values.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly raw: string
  /** The parsed JSON, or undefined. */
  readonly body: unknown
  /** The body as an object, `{}` when it is none. */
  readonly data: Record<string, unknown>
  /** Text of an error, or an empty text. */
  readonly error: string
}
interface Sending {
  readonly body?: unknown
  readonly nonce?: string
  readonly headers?: Readonly<Record<string, string>>
  /** For answers that are spoiled on purpose. */
  readonly unchecked?: boolean
}
export type Send = (method: string, path: string, sending?: Sending) => Promise<Reply>

export interface TestFly {
  readonly fly: FakeFly
  /** Sends as a good client does; answers are held against the OpenAPI document where that is at hand. */
  readonly send: Send
}

/** A fake that closes with the test. Rate limits are off unless asked for. */
export async function startTestFly(t: TestContext, options: FakeFlyOptions = {}): Promise<TestFly> {
  const fly = await startFakeFly({ rateLimits: false, ...options })
  t.after(() => fly.close())
  return { fly, send: createSend(fly, loadOpenApi()) }
}

function createSend(fly: FakeFly, openApi: OpenApi | null): Send {
  return async (method, path, { body, nonce, headers, unchecked } = {}) => {
    const response = await fetch(new URL(path, fly.url), {
      method,
      headers: {
        authorization: fly.token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(nonce === undefined ? {} : { 'fly-machine-lease-nonce': nonce }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const reply = await replyOf(response)
    assert.match(response.headers.get('fly-request-id') ?? '', /^01K/)
    if (unchecked !== true && openApi !== null && path.startsWith('/v1/')) {
      const bare = path.split('?')[0] ?? path
      const answer = { method, path: bare, status: reply.status, body: reply.body }
      assert.equal(openApi.answerFault(answer), null)
    }
    return reply
  }
}

async function replyOf(response: Response): Promise<Reply> {
  const raw = await response.text()
  const body = parsed(raw)
  const data = record(body)
  const error = data['error']
  return {
    status: response.status,
    headers: response.headers,
    raw,
    body,
    data,
    error: typeof error === 'string' ? error : '',
  }
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown
  } catch {
    return undefined
  }
}
