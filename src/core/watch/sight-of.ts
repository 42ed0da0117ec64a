import { tr } from '../text.ts'
import { earlierEvents, withEarlier } from './earlier-events.ts'
import { remember } from './remember.ts'
import type { Glance, Looked, Parts, Sight } from './sight.ts'
import { slim } from './slim.ts'

const NEVER: Looked<never> = {
  known: false,
  at: 0,
  why: tr('Not looked at yet.', '尚未查看。'),
  code: 'not_ready',
}

interface Glanced {
  readonly app: string
  readonly before: Sight | undefined
  readonly glance: Glance
  readonly now: number
}

/** The sight of now: what was just looked at, what was looked at before, and what is remembered of all looks. Pure. */
export function sightOf({ app, before, glance, now }: Glanced): Sight {
  const part = <N extends keyof Parts>(name: N) => glance[name] ?? before?.[name] ?? NEVER
  const earlier = earlierEvents(before)
  const [machines, logs] = [withEarlier(part('machines'), earlier), part('logs')]
  const parts: Parts = {
    machines: machines.known ? { ...machines, value: machines.value.map(slim) } : machines,
    // What they say is in the memory by now.
    logs: logs.known ? { ...logs, value: { ...logs.value, signed: [] } } : logs,
    gateway: part('gateway'),
    inside: part('inside'),
    addresses: part('addresses'),
    secrets: part('secrets'),
    volumes: part('volumes'),
    snapshots: part('snapshots'),
    certificates: part('certificates'),
    config: part('config'),
    remembered: part('remembered'),
  }
  const { jobs } = glance
  const memory = remember({ before, parts, glance, now })
  // What is in the machines is not kept twice.
  const unseen = machines.known ? {} : { events: earlier }
  return { app, at: now, ...parts, jobs, memory: { ...memory, ...unseen } }
}
