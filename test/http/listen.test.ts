import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import { say } from '../../src/core/text.ts'
import { createHttp } from '../../src/http/server.ts'
import { served } from './served.ts'

/** What a start that wants this address says. */
async function refused(t: TestContext, host: string, port: number): Promise<string> {
  const never = () => assert.fail('nothing is logged')
  const log = { debug: never, info: never, warn: never, error: never, child: () => log }
  const metrics = { contentType: 'text/plain', text: async () => '' }
  const http = createHttp({ host, port, parts: {}, metrics, log })
  t.after(() => http.close())
  const error: unknown = await http.listen().then(
    () => assert.fail('it listens'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof OpsError && error.hint !== undefined)
  assert.equal(error.code, 'bad_input')
  return `${error.message} ${say(error.hint, 'en')}`
}

test('a port that is taken is named, with what to do', async (t) => {
  const { port } = await served(t)
  assert.equal(
    await refused(t, '127.0.0.1', port),
    `PORT: ${port} on 127.0.0.1 is taken by another program. End that program, or use another port; 0 picks a free one.`,
  )
})

test('an address that is not this machine’s is named, with what to do', async (t) => {
  // Kept for documentation (RFC 5737): nobody has it.
  assert.match(
    await refused(t, '192.0.2.1', 0),
    /^OPS_HTTP_HOST: 192\.0\.2\.1 is no address of this machine\. Use 127\.0\.0\.1 /,
  )
})
