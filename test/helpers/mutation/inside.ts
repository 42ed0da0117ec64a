import { deflateRawSync } from 'node:zlib'
import type { ExecHandler, ExecRequest } from '../../fakes/fly/runtime.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import { json, NONCE, scriptOutput } from '../../gateway/outputs.ts'

/** What a probe sees inside machines that have no inside; a test changes it as it goes. */
export interface Inside {
  /** Whether the gateway of this machine is ready; a machine's probes so far are given. */
  ready: (machine: FakeMachine, probes: number) => boolean
  version: string
  /** Agent runs that a restart would interrupt. */
  work: number
  /** Free memory of the machine, in MB. */
  freeMb: number
  /** What `df` says of a directory: size and use in MB; nothing where it can't be measured. */
  disk: (machine: FakeMachine, path: string) => readonly [mb: number, used: number] | undefined
  /** Whether there is a config file, for who only looks that it is there. */
  configFile: boolean
  /** Where the gateway keeps its state by its own environment; null where that can't be learnt. */
  stateDir: string | null
  /** The text of the gateway's config file, where `exec` answers nothing; null for no file. */
  config: string | null
  /** Answers every exec that is no probe; without it one fails the test. */
  exec: ExecHandler | undefined
}

export const createInside = (): Inside => ({
  ready: () => true,
  version: '2026.9.6',
  work: 0,
  freeMb: 1100,
  disk: () => [1024, 256],
  configFile: true,
  stateDir: '/data',
  config: null,
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
    if (script.includes('gateway-inspect')) return { stdout: inspectOf(inside, request) }
    if (!script.includes('gateway-probe')) {
      if (inside.exec === undefined && script.includes('gateway-config'))
        return { stdout: configOf(inside) }
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

/** The lines of inspect.sh; its arguments begin behind the script and the word for it. */
function inspectOf(inside: Inside, { machine, command }: ExecRequest): string {
  const paths = command.slice(8, 8 + Number(command[7]))
  const disks = paths.flatMap((path, index) => {
    const [mb, used] = inside.disk(machine, path) ?? []
    if (mb === undefined || used === undefined) return []
    return [`disk ${index} ${mb * 1024} ${used * 1024} ${(mb - used) * 1024} 1`]
  })
  const lines = [
    ...disks,
    `memory 2097152 ${inside.freeMb * 1024}`,
    'listen 00000000',
    inside.configFile ? 'config file 1000 1000 600 512 1795000000' : 'config missing',
    'clobbered 0 0',
    'user 1000 1000',
    ...(inside.stateDir === null ? [] : [`home ${inside.stateDir}`]),
  ]
  return [`gateway-inspect ${NONCE}`, ...lines, `end ${NONCE} ${lines.length}`, ''].join('\n')
}

/** What config-main.mjs prints of a file without secrets. */
function configOf({ config }: Inside): string {
  const text = config === null ? null : deflateRawSync(config).toString('base64')
  const facts = {
    sha256: '0'.repeat(64),
    size: config?.length ?? 0,
    uid: 1000,
    gid: 1000,
    mode: '0600',
    changedMs: 0,
    id: null,
  }
  const answer = {
    path: '/data/openclaw.json',
    at: 0,
    ok: true,
    facts: config === null ? null : facts,
    current: text === null ? null : { text, regions: [], broken: null },
    kept: null,
    history: [],
    written: null,
    aside: [],
    work: null,
  }
  return `gateway-config ${NONCE} ${JSON.stringify(answer)}\n`
}
