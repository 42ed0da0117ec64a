import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { System } from './system.ts'

/** Every way a secret may have been written down: as it is, hex, base64 at any offset, in a URL, and what its hex stands for. */
export function formsOf(secret: string): readonly string[] {
  const bytes = [
    Buffer.from(secret),
    ...(/^[0-9a-f]+$/.test(secret) ? [Buffer.from(secret, 'hex')] : []),
  ]
  const encoded = bytes.flatMap((one) => [
    one.toString('hex'),
    ...base64(one),
    one.toString('latin1'),
  ])
  return [...new Set([secret, encodeURIComponent(secret), secret.toUpperCase(), ...encoded])]
}

/** The middle of it is the same wherever it begins. */
const base64 = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].flatMap((offset) => {
    const middle = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -6)
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')]
  })

/** Everything the product has written or said, by where: output, state on disk, metrics, and what went to the chats. */
export async function tracesOf(system: System): Promise<ReadonlyMap<string, string>> {
  const { bot, worker, discord, telegram, redis, env } = system
  const traces = new Map<string, string>()
  for (const [name, { output, url }] of Object.entries({ bot, worker })) {
    traces.set(`output of ${name}`, output())
    traces.set(`metrics of ${name}`, await (await fetch(`${url}/metrics`)).text())
  }
  const folders = [env()['OPS_STATE_DIR'] ?? '', ...(redis ? [dirname(redis.socket)] : [])]
  for (const path of folders.flatMap(filesIn)) traces.set(path, readFileSync(path, 'latin1'))
  traces.set('requests to Discord', JSON.stringify(discord.requests))
  traces.set('messages in Discord', JSON.stringify([...discord.messages.values()]))
  traces.set('calls to Telegram', JSON.stringify(telegram.calls()))
  return traces
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Where a secret is found, and how often. */
export const findIn = (
  traces: ReadonlyMap<string, string>,
  secret: string,
): ReadonlyMap<string, number> => {
  const forms = formsOf(secret)
  const found = [...traces].map(
    ([name, text]) =>
      [name, Math.max(...forms.map((form) => text.split(form).length - 1))] as const,
  )
  return new Map(found.filter(([, times]) => times > 0))
}
