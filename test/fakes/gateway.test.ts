import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { loggedLines, normal, recorded, recordedFiles } from '../gateway/recordings.ts'
import { TOKEN, startReady } from '../gateway/stand-in.ts'

const VERSIONS = ['2026.1.29', '2026.3.13', '2026.6.11', '2026.8.2', '2026.9.6']
const TOKENS: Readonly<Record<string, Record<string, string>>> = {
  'Authorization: Bearer to': { authorization: `Bearer ${TOKEN}` },
  'Authorization: Bearer wr': { authorization: 'Bearer wrong' },
  'X-None: 1': {},
}

test('HTTP answers are those recorded of each older version, with the right, a wrong and no token', async (t) => {
  const lines = recorded('old-versions-auth.txt').split('\n')
  for (const version of VERSIONS.slice(0, 4)) {
    const { port } = await startReady(t, { version })
    for (const line of lines) {
      const match = /^(\S+) (\/\S+) \[([^\]]+)\] 127\.0\.0\.1 (\d+) (\S+ \S+) (.*)$/.exec(line)
      const [, which, path = '', token = '', status, type, body = ''] = match ?? []
      if (which !== version) continue
      const headers = TOKENS[token] ?? {}
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
      assert.equal(
        `${answer.status} ${answer.headers.get('content-type')}`,
        `${status} ${type}`,
        line,
      )
      const text = normal(await answer.text())
      const json = type?.startsWith('application/json') === true
      if (json) assert.ok(text.startsWith(normal(body).slice(0, 50)), `${line}\n${text}`)
    }
  }
})

test('HTTP answers are those recorded of 2026.9.6, for every path that was asked', async (t) => {
  const { port } = await startReady(t)
  const [local = ''] = recorded('http-endpoints.txt').split('=====')
  const sections = local.split(/^### /m).slice(1)
  assert.ok(sections.length > 20)
  for (const section of sections) {
    const [url = '', head = '', body = ''] = section.split('\n')
    if (url.endsWith('favicon.ico')) continue
    const answer = await fetch(url.replace(':3000', `:${port}`))
    const said = `${answer.status} ${answer.headers.get('content-type')}`
    assert.equal(said, head.replace(/ len=\d+$/, ''), url)
    const text = await answer.text()
    if (!head.includes('json')) continue
    assert.deepEqual(Object.keys(JSON.parse(text)), Object.keys(JSON.parse(body)), url)
  }
})

test('tools/invoke and forwarded headers answer as in the table of versions', async (t) => {
  for (const version of VERSIONS) {
    const { port } = await startReady(t, { version })
    const invoke = async (authorization: string) =>
      (
        await fetch(`http://127.0.0.1:${port}/tools/invoke`, {
          method: 'POST',
          headers: { authorization },
          body: '{}',
        })
      ).status
    assert.equal(await invoke(`Bearer ${TOKEN}`), 400, version)
    assert.equal(await invoke('Bearer wrong'), 401, version)
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    const page = await fetch(`http://127.0.0.1:${port}/`, { headers })
    const refused = version === '2026.8.2' || version === '2026.9.6'
    assert.equal(page.status, refused ? 403 : 200, version)
    await page.text()
    assert.equal(
      (await fetch(`http://127.0.0.1:${port}/healthz`, { headers })).status,
      200,
      version,
    )
  }
})

interface Recording {
  readonly origin?: string
  readonly frames: ReadonlyArray<{
    readonly dir: string
    readonly raw?: string
    readonly frame?: { readonly type: string; readonly ok?: boolean }
    readonly code?: number
    readonly reason?: string
  }>
}
const parseRecording = (name: string): Recording => JSON.parse(recorded(name))

/** Says what the recorded client said, and gives what came back: the answer to the first request, and the close. */
async function replay(port: number, recording: Recording) {
  const origin = recording.origin?.replace(':3000', `:${port}`)
  const options = origin === undefined ? {} : { headers: { origin } }
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, options)
  const sent = recording.frames.find((one) => one.dir === 'send')
  const answers: unknown[] = []
  return new Promise<{ answer: unknown; code: number; reason: string }>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data) => {
      const text: unknown = data
      const frame: { readonly type: string } = JSON.parse(String(text))
      if (frame.type === 'res') answers.push(frame)
      else if (answers.length === 0) socket.send(sent?.raw ?? JSON.stringify(sent?.frame))
    })
    socket.on('close', (code, reason) =>
      resolve({ answer: answers[0], code, reason: reason.toString('utf8') }),
    )
  })
}

const FRAMES = recordedFiles('.json').filter((name) => name.startsWith('ws-'))

test('refused handshakes answer and close as recorded, to the letter', async (t) => {
  assert.ok(FRAMES.length >= 13)
  for (const version of VERSIONS) {
    const mine = FRAMES.filter((name) =>
      name.startsWith('ws-50') ? name.includes(version) : version === '2026.9.6',
    )
    const { port } = await startReady(t, { version })
    for (const name of mine) {
      const recording = parseRecording(name)
      const got = await replay(port, recording)
      const answer = recording.frames.find((one) => one.dir === 'recv' && one.frame?.type === 'res')
      const close = recording.frames.find((one) => one.dir === 'close')
      assert.deepEqual(got.answer, answer?.frame, name)
      assert.deepEqual([got.code, got.reason], [close?.code, close?.reason], name)
    }
  }
})

const LOGS: Readonly<Record<string, readonly string[]>> = {
  '2026.1.29': ['40-old-2026.1.29-start.log'],
  '2026.3.13': ['42-old-2026.3.13-auth.log'],
  '2026.6.11': ['40-old-2026.6.11-start.log'],
  '2026.8.2': ['40-old-2026.8.2-start.log'],
  '2026.9.6': ['01-first-start.log', '47-rot-a.log'],
}
/** Names of models and plugins change from release to release and say nothing. */
const CHANGING = /agent model:|http server listening|browser\//

test('every line of a start, an in-process restart and a stop was recorded of that version', async (t) => {
  for (const version of VERSIONS) {
    const one = await startReady(t, { version })
    if (version === '2026.9.6') one.signal('SIGUSR2')
    if (version === '2026.6.11' || version === '2026.8.2') one.signal('SIGUSR1')
    if (version > '2026.4') await one.until('restart mode: in-process restart')
    if (version > '2026.4') await one.until('[heartbeat] started', 2)
    one.signal('SIGTERM')
    assert.deepEqual(await one.exit, { code: 0, signal: null })
    const known = new Set((LOGS[version] ?? []).flatMap(loggedLines).map(normal))
    const said = one
      .output()
      .split('\n')
      .filter((line) => line !== '' && !CHANGING.test(line))
    for (const line of said) assert.ok(known.has(normal(line)), `${version} never said: ${line}`)
  }
})
