import type { ExecHandler } from '../../fakes/fly/runtime.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import { json, NONCE, scriptOutput } from '../../gateway/outputs.ts'

/** What a probe sees inside machines that have no inside; a test changes it as it goes. */
export interface Inside {
  /** Whether the gateway of this machine is ready; a machine's probes so far are given. */
  ready: (machine: FakeMachine, probes: number) => boolean
  version: string
  /** Agent runs that a restart would interrupt. */
  work: number
  /** Answers every exec that is no probe; without it one fails the test. */
  exec: ExecHandler | undefined
}

export const createInside = (): Inside => ({
  ready: () => true,
  version: '2026.9.6',
  work: 0,
  exec: undefined,
})

/** How often a machine booted: two runs of a gateway differ by it. */
export const bootsOf = ({ events }: FakeMachine): number =>
  events.filter(({ type, status }) => type === 'start' && status === 'started').length

/** Answers the probe's script as a gateway in this state would have made it answer. */
export function answerInside(inside: Inside): ExecHandler {
  const probes = new Map<string, number>()
  return (request) => {
    const script = request.command.join(' ')
    if (script.includes('gateway-preflight')) return { stdout: preflightOf(inside) }
    if (!script.includes('gateway-probe')) {
      if (inside.exec === undefined) throw new Error(`no exec was expected: ${script}`)
      return inside.exec(request)
    }
    const { machine } = request
    const count = (probes.get(machine.id) ?? 0) + 1
    probes.set(machine.id, count)
    return { stdout: probeOf(machine, inside.ready(machine, count), inside.version) }
  }
}

function probeOf(machine: FakeMachine, ready: boolean, version: string): string {
  const boot = String(bootsOf(machine)).padStart(12, '0')
  const answer = ready
    ? json(200, { ok: true, status: 'started', version, uptimeMs: 5000 })
    : json(503, { ok: false, status: 'starting', version })
  return scriptOutput({ startupz: answer }, [
    'process 321 100 100 60.00 700000',
    `boot 00000000-0000-4000-8000-${boot}`,
    `package ${version}`,
  ])
}

function preflightOf({ work }: Inside): string {
  const answer = JSON.stringify({ safe: work === 0, counts: { embeddedRuns: work } })
  const line = `answer ${Buffer.from(answer).toString('hex')} 0`
  return [`gateway-preflight ${NONCE}`, line, `end ${NONCE} 1`, ''].join('\n')
}
