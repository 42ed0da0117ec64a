import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import type { FlyApp } from '../../src/core/fly-things.ts'
import { logTokens, type TokenName, withEither } from '../../src/fly/log-tokens.ts'

/* The log API answers 401 to an unknown app and to a token of the wrong kind alike. */
const refused = () => new OpsError('auth', 'HTTP 401', { reference: 'r-1' })

function setUp({ works = [], differ = true, app = 'there' }: Partial<Options>) {
  const asked: string[] = []
  const tokens = logTokens(differ)
  const fly = {
    app: async () => {
      asked.push('app')
      if (app === 'gone') throw new OpsError('not_found', 'HTTP 404')
      if (app === 'unknown') throw new OpsError('network', 'no answer')
      return {} as FlyApp
    },
  }
  const read = () =>
    withEither({ tokens, fly, app: 'shop' }, async (token) => {
      asked.push(token)
      if (!works.includes(token)) throw refused()
      return token
    })
  return { asked, read }
}
interface Options {
  readonly works: readonly TokenName[]
  readonly differ: boolean
  readonly app: 'there' | 'gone' | 'unknown'
}

test('the read token first, then the other one, and from then on the one that worked', async () => {
  const { asked, read } = setUp({ works: ['api'] })
  assert.equal(await read(), 'api')
  assert.equal(await read(), 'api')
  assert.deepEqual(asked, ['read', 'api', 'api'])
})

test('where neither works it is told which of the two it is: no such app, or a token of the wrong kind', async () => {
  await assert.rejects(setUp({ app: 'gone' }).read(), { code: 'not_found', message: /no app shop/ })
  for (const app of ['there', 'unknown'] as const) {
    const { asked, read } = setUp({ app })
    await assert.rejects(read(), (error: OpsError) => {
      assert.deepEqual([error.code, error.reference], ['auth', 'r-1'])
      assert.match(error.message, /refuses FLY_READ_TOKEN, FLY_API_TOKEN for shop/)
      assert.match(JSON.stringify(error.hint), /fly tokens create readonly/)
      return true
    })
    assert.deepEqual(asked, ['read', 'api', 'app'])
  }
  const { asked, read } = setUp({ differ: false })
  await assert.rejects(read(), { message: /refuses FLY_READ_TOKEN for/ })
  assert.deepEqual(asked, ['read', 'app'])
})
