import type { LockFile, LockVerdict } from '../../src/core/gateway.ts'
import type { ExecHandler } from '../fakes/fly/runtime.ts'
import type { FakeMachine } from '../fakes/fly/types.ts'
import { NONCE } from '../gateway/outputs.ts'
import type { Scene } from './mutation.ts'

/** What lies in the one state directory of machines without an inside; a test changes it as it goes. */
export interface LockWorld {
  files: readonly LockFile[]
  /** Live gateways that the script sees, by machine. */
  gateways: (machine: FakeMachine) => readonly number[]
  /** Deletions that were asked for. */
  readonly asked: string[][]
}

const isBag = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
/** It runs the command that only sleeps. */
export const sleeps = ({ config }: FakeMachine): boolean =>
  isBag(config['init']) && config['init']['exec'] !== undefined

export const lockFile = (verdict: LockVerdict, more: Partial<LockFile> = {}): LockFile => ({
  key: 'state:openclaw-1000/gateway.state.lock',
  path: '/data/tmp/openclaw-1000/gateway.state.lock',
  layout: 'state',
  pid: verdict === 'garbage' || verdict === 'fresh' ? null : 321,
  startTime: ['earlier', 'fresh', 'garbage'].includes(verdict) ? null : 5120,
  startNow: ['dead', 'fresh', 'garbage'].includes(verdict)
    ? null
    : verdict === 'restarted'
      ? 700
      : 5120,
  createdAt: Date.parse('2026-10-12T07:00:00Z'),
  changedAt: Date.parse('2026-10-12T07:00:00Z'),
  alive: !['dead', 'fresh', 'garbage'].includes(verdict),
  verdict,
  mark: `77-1-${'a'.repeat(32)}`,
  ...more,
})

/** Locks that keep the gateway down until they are deleted; nothing else does. */
export function arrangeLocks(
  { inside, deployed, fly }: Scene,
  files: readonly LockFile[] = [lockFile('earlier')],
): LockWorld {
  const world: LockWorld = { files, gateways: () => [], asked: [] }
  const { id } = deployed.machine
  inside.ready = (machine) => {
    if (machine.id !== id || world.files.length === 0) return !sleeps(machine)
    // It ends at every look, so that it is soon given up.
    if (!sleeps(machine)) fly.crash(id, { code: 78 })
    return false
  }
  inside.exec = answerLocks(world)
  return world
}

/** Answers the script of src/gateway/locks.mjs as it would. */
function answerLocks(world: LockWorld): ExecHandler {
  return ({ machine, command }) => {
    if (command[5]?.includes('gateway-locks') !== true) throw new Error('another script')
    const marks = JSON.parse(command.at(-1) ?? '[]') as ReadonlyArray<
      Pick<LockFile, 'key' | 'mark'>
    >
    if (marks.length > 0) world.asked.push(marks.map(({ key }) => key))
    const removed = marks.map(({ key, mark }) => {
      const file = world.files.find((one) => one.key === key)
      if (file === undefined) return { key, outcome: 'gone' }
      if (file.mark !== mark) return { key, outcome: 'changed' }
      if (file.verdict === 'live' || file.verdict === 'fresh') return { key, outcome: 'held' }
      world.files = world.files.filter((one) => one !== file)
      return { key, outcome: 'removed' }
    })
    const seen = {
      bootedAt: Date.parse('2026-10-12T07:30:00Z'),
      now: Date.parse('2026-10-12T08:00:00Z'),
      files: world.files.map((file) => ({
        stateDir: '/data',
        port: 3000,
        bytes: 421,
        uid: 1000,
        ...file,
      })),
      gateways: world.gateways(machine).map((pid) => ({ pid, startTime: 1 })),
      removed,
    }
    return { stdout: `gateway-locks ${NONCE} ${JSON.stringify(seen)}\n` }
  }
}
