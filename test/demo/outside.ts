import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import type { FakeMachine } from '../fakes/fly/types.ts'
import { guestOf } from '../fakes/fly/config-view.ts'
import { APP } from './app.ts'
import type { Mend } from './faults.ts'
import { logged, request, upAgain } from './inside.ts'

const memoryOf = ({ config }: FakeMachine): number => guestOf(config).memoryMb

/** Dies with code 1, and is up again. */
export async function crash(fly: FakeFly, id: string): Promise<Mend> {
  await upAgain(fly, id, () => fly.crash(id))
  return undefined
}

/** Killed by the kernel, and up again. */
export async function oom(fly: FakeFly, id: string): Promise<Mend> {
  await upAgain(fly, id, () => killForMemory(fly, id))
  return undefined
}

/** The kernel kills the gateway, and says so. */
function killForMemory(fly: FakeFly, id: string): void {
  const message = 'Out of memory: Killed process 321 (node) total-vm:11870204kB, anon-rss:1893120kB'
  fly.log(APP, id, { message, level: 'warn', provider: 'app' })
  fly.oom(id)
}

const LASTS_MS = 1500

/** Runs out of memory after every start, until the machine has more than now. */
export async function memory(fly: FakeFly, id: string): Promise<Mend> {
  const enough = memoryOf(fly.machine(id)) + 1
  const stop = new AbortController()
  const again = async (): Promise<void> => {
    await sleep(LASTS_MS, undefined, { signal: stop.signal, ref: false })
    const machine = fly.machine(id)
    if (machine.state === 'started' && memoryOf(machine) < enough) killForMemory(fly, id)
    return again()
  }
  await oom(fly, id)
  again().catch(() => {})
  return () => stop.abort()
}

const startsOf = (state: string): string => join(state, 'state', 'boots.json')

/** Makes what the gateway remembers of its starts so much older. */
export async function ageStarts(fly: FakeFly, id: string, ms: number): Promise<void> {
  const state = fly.pathOf(id, '/data')
  const text = state && (await readFile(startsOf(state), 'utf8').catch(() => null))
  if (!state || !text) return
  const older = text.replaceAll(/"at":(\d+)/g, (_, at: string) => `"at":${Number(at) - ms}`)
  await writeFile(startsOf(state), older)
}

/** Killed so often that the gateway holds its channels back. */
export async function loop(fly: FakeFly, id: string): Promise<Mend> {
  const off = () => logged(fly, /restart-loop breaker tripped/)
  const before = off()
  while (off() === before) await upAgain(fly, id, () => fly.crash(id, { signal: 9 }))
  await fly.until(id, 'started')
  return async () => {
    const state = fly.pathOf(id, '/data')
    const held = state && (await readFile(startsOf(state), 'utf8').catch(() => ''))
    if (!state || !held || !held.includes('"tripped":true')) return
    await rm(startsOf(state), { force: true })
    await upAgain(fly, id, () => fly.crash(id, { signal: 9 }))
  }
}

/** Somebody else is at work on the machine. */
export async function lease(fly: FakeFly, id: string): Promise<Mend> {
  const authorization = 'FlyV1 fm2_somebodyElse'
  fly.addToken({ token: authorization })
  const path = `/machines/${id}/lease`
  const body = JSON.stringify({ ttl: 600, description: 'flyctl' })
  const headers = { authorization }
  const answer = await request(fly, path, { method: 'POST', body, headers })
  const { data } = answer as { readonly data: { readonly nonce: string } }
  const more = { ...headers, 'fly-machine-lease-nonce': data.nonce }
  return async () => {
    // Over, or taken away by Confirm.
    if (fly.machine(id).lease?.nonce !== data.nonce) return
    await request(fly, path, { method: 'DELETE', headers: more })
  }
}

/** The public addresses are released, as for a private deployment. */
export function address(fly: FakeFly): Mend {
  const { addresses } = fly.app(APP)
  const released = addresses.splice(0)
  return () => void addresses.push(...released)
}

/** A browser comes by the public address: Fly's proxy says for whom it asks, and the gateway does not trust it. */
export async function forwarded(fly: FakeFly, id: string): Promise<Mend> {
  const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' }
  const { status } = await fetch(`http://${fly.addressOf(id) ?? ''}/`, { headers })
  if (status !== 403) throw new Error(`the gateway answered ${status}`)
  return undefined
}
