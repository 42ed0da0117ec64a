import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { reply } from '../../../src/core/reply.ts'
import { said, startRig } from './rig.ts'

suite('Telegram errors', { timeout: 60_000 }, () => {
  for (const [what, fault, expected] of [
    [
      '429',
      {
        kind: 'error',
        code: 429,
        description: 'Too Many Requests',
        parameters: { retry_after: 9 },
      },
      { kind: 'rate_limited', retryAfterMs: 9_000 },
    ],
    [
      '403',
      { kind: 'error', code: 403, description: 'Forbidden: bot was kicked from the group chat' },
      { kind: 'forbidden' },
    ],
    [
      '400',
      { kind: 'error', code: 400, description: 'Bad Request: BUTTON_DATA_INVALID' },
      { kind: 'invalid' },
    ],
    ['401', { kind: 'error', code: 401, description: 'Unauthorized' }, { kind: 'network' }],
    ['a proxy’s page', { kind: 'html', status: 502 }, { kind: 'network' }],
    ['a proxy’s page without an error', { kind: 'html', status: 200 }, { kind: 'network' }],
    ['a dropped connection', { kind: 'drop' }, { kind: 'network' }],
  ] as const)
    test(`tells ${what} apart, without the words or the token`, async (t) => {
      const { fake, telegram } = await startRig(t)
      const group = fake.group()
      const address = {
        platform: 'telegram',
        chat: String(group.id),
        user: '5',
        private: false,
      } as const
      fake.fail('sendMessage', fault)
      await assert.rejects(
        telegram.chat.deliver(address, said(reply.ok('hush-hush')), undefined),
        (error: Error & Record<string, unknown>) => {
          for (const [key, value] of Object.entries(expected)) assert.equal(error[key], value)
          const all = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
          assert.doesNotMatch(all, /hush-hush|test-token/)
          return true
        },
      )
    })
})
