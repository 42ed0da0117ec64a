import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { alive, processes, type ProcessRecord } from '../processes.ts'
import { sizeName } from '../sizes.ts'
import { lastStart } from './last-start.ts'
import { ownMachines } from './look.ts'
import { ownFindings } from './warnings.ts'

/** What `/ops self status` says; field names are public. */
export type SelfStatus = Awaited<ReturnType<typeof selfStatus>>

/** Looks at the process it runs in, its machine, its queue and the processes beside it: one call to Fly at most. */
export async function selfStatus(context: WorkContext) {
  const { self, clock, store, apps } = context
  const now = clock.now()
  const [machines, others] = await Promise.all([ownMachines(context), processes(store)])
  const found = machines?.known ? machines.value.find(({ id }) => id === self?.machine) : undefined
  const beside = others.filter(({ boot }) => boot !== self?.boot)
  return {
    version: self?.version ?? null,
    role: self?.role ?? null,
    engine: self?.engine ?? null,
    uptimeMs: self === undefined ? null : now - self.startedAt,
    memory: self?.memory() ?? null,
    queue: await depth(context),
    app: self?.app ?? null,
    machine: found === undefined ? null : machineOf(found),
    unknown: machines !== null && !machines.known ? machines.why : null,
    lastStart: lastStart(found, self?.before() ?? null),
    apps,
    others: beside.map((one) => otherOf(one, now)),
    warnings: ownFindings(context, {
      machine: found,
      machines: machines?.known ? machines.value : [],
      others: beside.filter((one) => alive(one, now)),
      unknown: machines !== null && !machines.known ? machines.why : null,
    }),
  }
}

/** Jobs that wait or run, by lane; lanes with nothing in them are left out. */
async function depth({ self }: WorkContext) {
  const lanes = Object.entries((await self?.queue()) ?? {}).map(([lane, counts]) => ({
    lane,
    ...counts,
  }))
  return lanes.filter(({ waiting, active, delayed }) => waiting + active + delayed > 0)
}

const machineOf = ({ id, name, region, state, guest, image, checks }: Machine) => ({
  id,
  name,
  region,
  state,
  size: guest === null ? null : sizeName(guest),
  memoryMb: guest?.memoryMb ?? null,
  image,
  checks: checks.map(({ name: check, status }) => ({ name: check, status })),
})

const otherOf = (one: ProcessRecord, now: number) => ({
  role: one.role,
  machine: one.machine,
  region: one.region,
  version: one.version,
  alive: alive(one, now),
  endedOnPurpose: one.endedAt !== null,
  seenMsAgo: now - one.seenAt,
})
