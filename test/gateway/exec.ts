import { execFile } from 'node:child_process'
import type { ExecResult, Fly, Machine, MachineConfig } from '../../src/core/fly.ts'

export interface LocalExec {
  readonly fly: Pick<Fly, 'exec'>
  readonly calls: Array<{ readonly command: readonly string[]; readonly seconds: number }>
}

/** A Fly whose exec really runs the command here; `map` stands for what a machine's own namespace would change. */
export function localExec(
  map: (command: readonly string[]) => readonly string[] = (command) => command,
  env: Readonly<Record<string, string | undefined>> = process.env,
): LocalExec {
  const calls: LocalExec['calls'] = []
  const exec: Fly['exec'] = (_app, _machine, request) => {
    calls.push(request)
    const [file = '', ...args] = map(request.command)
    return new Promise<ExecResult>((resolve) => {
      execFile(file, args, { env: { ...env } }, (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      )
    })
  }
  return { fly: { exec }, calls }
}

/** A machine with this config, started, of which nothing else matters here. */
export const machineWith = (config: MachineConfig | null, state = 'started'): Machine => ({
  id: '148ed127b32d89',
  name: 'quiet-field-1234',
  state,
  region: 'fra',
  version: '01J0000000000000000000000',
  hostStatus: config === null ? 'unreachable' : 'ok',
  cordoned: false,
  privateIp: null,
  createdAt: null,
  updatedAt: null,
  config,
  guest: null,
  image: null,
  imageDigest: null,
  events: [],
  checks: [],
  lease: null,
})
