import type { ExecResult, Fly, Process } from '../core/fly.ts'
import type { Caller } from './call.ts'
import { anything, listOf, number, object, text } from './schema.ts'

/** What goes on inside a machine. */
export function createInside(call: Caller): Pick<Fly, 'exec' | 'processes'> {
  return {
    exec: (app, id, { command, seconds }) =>
      call({
        endpoint: 'POST /v1/apps/{app}/machines/{id}/exec',
        at: { app, id },
        body: { command, timeout: seconds },
        long: true,
        // A script may carry what it was asked to write; an error repeats none of it. Plain words stay readable.
        hide: command.filter((word) => word.length >= 12),
        read: ({ json }) => readExec(json),
      }),
    processes: (app, id) =>
      call({
        endpoint: 'GET /v1/apps/{app}/machines/{id}/ps',
        at: { app, id },
        read: ({ json }) => listOf(json, readProcess),
      }),
  }
}

const Exec = object({ exit_code: number, stdout: text, stderr: text })

/** Go leaves out an exit code of 0 and empty output, so an empty object is a success. */
function readExec(value: unknown): ExecResult | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { exit_code: exitCode, stdout, stderr } = Exec.parse(value)
  return { exitCode: exitCode ?? 0, stdout: stdout ?? '', stderr: stderr ?? '' }
}

const Stat = object({ pid: number, command: text, rss: number, listen_sockets: anything })
const Socket = object({ proto: text, address: text })

function readProcess(value: unknown): Process | undefined {
  const { pid, command, rss, listen_sockets: sockets } = Stat.parse(value)
  if (typeof pid !== 'number') return undefined
  const listen = listOf(sockets ?? null, (one) => {
    const { proto, address } = Socket.parse(one)
    return { proto: proto ?? '', address: address ?? '' }
  })
  return { pid, command: command ?? '', rssBytes: rss ?? null, listen: listen ?? [] }
}
