import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { OpsError } from '../../src/core/errors.ts'
import { READ_TOKEN, TOKEN, startBench } from './client.ts'
import type { Bench } from './client.ts'
import { EVERY_CALL, SECRETS } from './every-call.ts'
import type { Seen, Told } from './scripted.ts'
import { runs } from '../helpers/runs.ts'

describe('Fly client: leaks', () => {
  let bench: Bench
  before(async () => {
    bench = await startBench()
  })
  after(() => bench.close())

  const CANARIES = /canary|discharge/i
  // Names of endpoints and errors hold no canary, so one word is enough to find any piece of a secret that was let out.
  test('the canaries are in all the secrets', () => {
    for (const secret of [TOKEN, READ_TOKEN, ...Object.values(SECRETS)]) {
      assert.match(secret + Buffer.from(secret, 'base64').toString('latin1'), CANARIES)
    }
  })

  /** Everything a server may say back: what it was sent, in every wrapping. */
  const ECHOES: Readonly<Record<string, (said: string) => string>> = {
    json: (said) => JSON.stringify({ error: said }),
    message: (said) => JSON.stringify({ status: 'error', message: `${said}: refused`, error: 'x' }),
    nested: (said) => JSON.stringify({ data: { nonce: said }, error: { message: said } }),
    text: (said) => said,
    quoted: (said) => JSON.stringify(said),
    html: (said) => `<html><head><title>${said}</title></head><body>${said}</body></html>`,
    broken: (said) => `{"error":"${said}`,
    cut: (said) => said.slice(0, Math.ceil(said.length * 0.7)),
    lease: (said) =>
      JSON.stringify({ error: `lease currently held by ${said}, expires at ${said}` }),
    quota: (said) => JSON.stringify({ error: `${said} is over the allowed quota` }),
    url: (said) => encodeURIComponent(said),
    list: (said) => JSON.stringify([said]),
  }

  const statuses = [
    200, 201, 204, 302, 400, 401, 402, 403, 404, 408, 409, 412, 418, 422, 429, 500, 503,
  ]
  const behaviour = fc.record({
    status: fc.constantFrom(...statuses),
    echo: fc.constantFrom(...Object.keys(ECHOES)),
    what: fc.constantFrom('authorization', 'nonce', 'body'),
    instead: fc.constantFrom(undefined, undefined, undefined, 'reset' as const, 'half' as const),
  })
  type Behaviour = Exclude<ReturnType<typeof behaviour.generate>['value'], undefined>

  function tell(seen: Seen, { status, echo, what, instead }: Behaviour): Told {
    const nonce = String(seen.headers['fly-machine-lease-nonce'] ?? 'none')
    const said = {
      authorization: String(seen.headers.authorization),
      nonce,
      body: Object.values(Object(seen.body))
        .map((value) => flat(value))
        .join(' '),
    }[what]
    const headers = { 'fly-request-id': said.replace(/[^ -~]/g, ''), 'retry-after': '1' }
    return { status, headers, body: ECHOES[echo]?.(said) ?? said, ...(instead && { instead }) }
  }
  const flat = (value: unknown): string =>
    typeof value === 'object' && value !== null
      ? Object.values(value)
          .map((inner) => flat(inner))
          .join(' ')
      : String(value)

  /** All that an error can show: every property, hidden or not, down the chain of causes. */
  function everythingIn(error: unknown): string {
    const shown = inspect(error, { depth: 20, showHidden: true, getters: true })
    const own = error instanceof Error ? [error.message, error.stack, JSON.stringify(error)] : []
    const cause =
      error instanceof Error && error.cause !== undefined ? everythingIn(error.cause) : ''
    return [shown, ...own, cause].join('\n')
  }

  for (const [name, call] of Object.entries(EVERY_CALL)) {
    test(`${name} lets no secret out, whatever the server does`, async () => {
      await fc.assert(
        fc.asyncProperty(behaviour, async (behaves) => {
          bench.server.answer = (seen) => tell(seen, behaves)
          bench.traces.length = 0
          const outcome: unknown = await call(bench.fly).then(
            () => undefined,
            (error: unknown) => error,
          )
          assert.doesNotMatch(bench.traces.join('\n'), CANARIES)
          if (outcome === undefined) return
          assert.ok(outcome instanceof OpsError, inspect(outcome))
          assert.ok(outcome.hint !== undefined)
          assert.doesNotMatch(everythingIn(outcome), CANARIES)
        }),
        { numRuns: runs(40) },
      )
    })
  }

  test('every method of the client is among the calls', () => {
    const methods = Object.keys(bench.fly).filter((name) => name !== 'with' && name !== 'close')
    assert.deepEqual(methods.toSorted(), Object.keys(EVERY_CALL).toSorted())
  })

  test('a client shows no token when it is printed', () => {
    assert.doesNotMatch(inspect(bench.fly, { depth: 9, showHidden: true }), CANARIES)
  })
})
