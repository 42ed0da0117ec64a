import { flyErrors } from './errors.ts'
import type { Answer, Context, Route } from './router.ts'
import { json, machineOf, refuseUnreachable } from './router.ts'
import type { FakeMachine } from './types.ts'
import { number, strings, text } from './values.ts'

const one = '/v1/apps/:app/machines/:machine'
const execDefaultSeconds = 30

export const insideRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: `${one}/exec`,
    action: 'machine.exec',
    schema: 'MachineExecRequest',
    writes: true,
    handle: exec,
  },
  {
    method: 'GET',
    path: `${one}/ps`,
    action: 'machine.ps',
    query: ['sort_by', 'order'],
    handle: async (context) => {
      const machine = running(context)
      return json(await context.world.runtime.processes(machine))
    },
  },
]

/** Needs no lease. What was sent as stdin is not passed on, as on live Fly. */
async function exec(context: Context): Promise<Answer> {
  const { world, body } = context
  const machine = running(context)
  const command = strings(body['command'])
  const line = text(body['cmd'])
  if (command.length === 0 && line === undefined) throw flyErrors.invalid('command is required')
  if (body['stdin'] !== undefined) world.mistake('exec', 'stdin is not passed on by Fly')
  const outcome = await world.runtime.exec({
    machine,
    command: command.length > 0 ? command : (line ?? '').split(' '),
    timeoutMs: (number(body['timeout']) ?? execDefaultSeconds) * 1000,
  })
  if (outcome === null) throw flyErrors.execTimeout()
  return json({
    exit_code: outcome.exitCode,
    ...(outcome.exitSignal === undefined ? {} : { exit_signal: outcome.exitSignal }),
    stdout: outcome.stdout,
    stderr: outcome.stderr,
  })
}

function running(context: Context): FakeMachine {
  const machine = machineOf(context)
  refuseUnreachable(machine)
  if (machine.state !== 'started') throw flyErrors.cannot('exec on', machine.state)
  return machine
}
