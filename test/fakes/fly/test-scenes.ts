import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'node:test'
import { realClock, type FlyClock } from './clock.ts'
import type { OpenclawRequest } from './openclaw.ts'
import { startTestFly, type Reply, type Send, type TestFly } from './test-client.ts'
import type { FakeMachine } from './types.ts'
import { record } from './values.ts'

/** Real machines are found by /proc; where there is none their tests say so. */
export const noProc: string | false = existsSync('/proc/self/environ')
  ? false
  : 'this system has no /proc'

export const standIn: string = fileURLToPath(import.meta.resolve('./stand-in.ts'))

/** What the stand-in says once it serves. */
export const listening: RegExp = /listening on/

export interface Deployed extends TestFly {
  readonly machine: FakeMachine
  /** Of the machine. */
  readonly path: string
}

/** The guide's deployment, machines without an inside. */
export async function deployed(t: TestContext, request: OpenclawRequest = {}): Promise<Deployed> {
  const scene = await startTestFly(t)
  const { machine, app } = await scene.fly.deployOpenclaw(request)
  return { ...scene, machine, path: `/v1/apps/${app}/machines/${machine.id}` }
}

export interface Running extends Deployed {
  readonly exec: (command: readonly string[], timeout?: number) => Promise<Reply>
}

/** The guide's deployment as a real process, which may not be listening yet. */
export async function running(
  t: TestContext,
  request: OpenclawRequest = {},
  clock: FlyClock = realClock(),
): Promise<Running> {
  const scene = await startTestFly(t, { runtime: 'process', program: standIn, clock })
  const { machine, app } = await scene.fly.deployOpenclaw(request)
  const path = `/v1/apps/${app}/machines/${machine.id}`
  return {
    ...scene,
    machine,
    path,
    exec: (command, timeout = 20) =>
      scene.send('POST', `${path}/exec`, { body: { command, timeout } }),
  }
}

export async function configOf(send: Send, path: string): Promise<Record<string, unknown>> {
  return record((await send('GET', path)).data['config'])
}

/** `type/status/source`, newest first. */
export function eventLines(machine: FakeMachine): readonly string[] {
  return machine.events.map(({ type, status, source }) => `${type}/${status}/${source}`)
}
