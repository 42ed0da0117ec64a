// A little program for the tests of real machines: serves HTTP, ends on signals, can be told to misbehave.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

const word = (name: string): string => process.argv[process.argv.indexOf(name) + 1] ?? ''
const state = process.env['OPENCLAW_STATE_DIR'] ?? ''
const mode = process.env['STAND_IN'] ?? 'serve'
const say = (text: string): void => void process.stdout.write(`${text}\n`)

if (mode.startsWith('exit ')) {
  say(`exiting at once`)
  process.exit(Number(mode.slice(5)))
}
mkdirSync(state, { recursive: true })
writeFileSync(`${state}/pid`, String(process.pid))
const server = createServer((_, response) => {
  response.statusCode = mode === 'unhealthy' ? 503 : 200
  response.end(JSON.stringify({ version: process.env['FAKE_OPENCLAW_VERSION'] }))
})
server.listen(Number(word('--port')), '127.0.0.1', () => {
  say(`listening on ws://0.0.0.0:${word('--port')}, state in ${state}`)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    say(`received ${signal}`)
    if (mode !== 'stubborn') process.exit(0)
  })
}
