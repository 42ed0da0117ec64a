import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Demo } from '../demo/deployment.ts'

/** What a gateway shows of itself, by what was asked; equal ones look the same to whoever asks so. */
export type Portrait = ReadonlyMap<string, string>

const PATHS = [
  'GET /startupz',
  'GET /readyz',
  'GET /healthz',
  'GET /health',
  'GET /control-ui-config.json',
  'GET /nonexistent',
  'GET /v1/models',
  'POST /tools/invoke',
] as const

/** Names and kinds of a JSON value, and its yes and no; further down only names, for figures differ from run to run. */
function shape(value: unknown, depth = 2): string {
  if (typeof value === 'boolean' && depth > 0) return String(value)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  if (Array.isArray(value)) return '[]'
  const names = Object.entries(value).map(([name, one]) =>
    depth === 2 ? `${name}:${shape(one, 1)}` : name,
  )
  return `{${names.toSorted().join(' ')}}`
}

async function answerOf(base: string, what: string, headers: Record<string, string>) {
  const [method = '', path = ''] = what.split(' ')
  const body = method === 'POST' ? { body: '{}' } : {}
  const answer = await fetch(`http://${base}${path}`, { method, headers, ...body })
  const type = answer.headers.get('content-type') ?? ''
  const text = await answer.text()
  return `${answer.status} ${type} ${type.startsWith('application/json') ? shape(JSON.parse(text)) : ''}`
}

/** Asks everything that has been recorded, over HTTP and on the disk. */
export async function portray({ fly, machine }: Demo, token: string): Promise<Portrait> {
  const base = fly.addressOf(machine) ?? ''
  const state = fly.pathOf(machine, '/data') ?? ''
  const seen = new Map<string, string>()
  const callers = {
    'right token': { authorization: `Bearer ${token}` },
    'wrong token': { authorization: 'Bearer wrong' },
    'no token': {},
    forwarded: { 'x-forwarded-for': '203.0.113.9' },
  }
  for (const [who, headers] of Object.entries(callers))
    for (const what of PATHS) seen.set(`${what}, ${who}`, await answerOf(base, what, headers))
  seen.set('lock files', locks(state).join(' '))
  if (existsSync(lockFile(state)))
    seen.set('lock', shape(JSON.parse(readFileSync(lockFile(state), 'utf8'))))
  return seen
}

const directory = (state: string) => join(state, 'tmp', `openclaw-${process.getuid?.() ?? 0}`)
const lockFile = (state: string) => join(directory(state), 'gateway.state.lock')
const locks = (state: string): readonly string[] =>
  existsSync(directory(state))
    ? readdirSync(directory(state))
        .map((name) => name.replace(/[0-9a-f]{8}/, 'HASH8'))
        .toSorted()
    : []

/** What is not the same in both, one line each. */
export function differences(real: Portrait, standIn: Portrait): readonly string[] {
  return [...real].flatMap(([what, value]) =>
    standIn.get(what) === value
      ? []
      : [`${what}\n    real      ${value}\n    stand-in  ${standIn.get(what) ?? '-'}`],
  )
}
