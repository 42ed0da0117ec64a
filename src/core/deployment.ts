import type { WorkContext } from './context.ts'
import type { AppSecret, FlyApp, IpAddress, Machine, Volume } from './fly.ts'
import type { GatewayReport } from './gateway.ts'
import { look, type Look, valueOr } from './in-time.ts'
import { processGroupOf } from './machine-config.ts'
import { type Remembered, rememberedOf } from './overrides.ts'
import { withEventsSince } from './recent-events.ts'
import { tr } from './text.ts'
import { OpsError } from './errors.ts'

/** One look at everything a deployment is made of; each part known or not on its own. */
export interface Deployment {
  readonly app: string
  readonly info: Look<FlyApp>
  readonly machines: Look<readonly Machine[]>
  readonly addresses: Look<readonly IpAddress[]>
  readonly volumes: Look<readonly Volume[]>
  readonly secrets: Look<readonly AppSecret[]>
  readonly gateway: Look<GatewayReport>
  /** What was set through the bot; left out where nobody looked. */
  readonly remembered?: Look<Remembered>
}

/** Long enough for a tired API, short enough that people still wait. */
const PART_MS = 8000
/** A probe runs inside the machine, behind the machine list. */
const PROBE_MS = 12_000
const EVENTS_MS = 1500
const LATELY_MS = 300_000

type Context = Pick<WorkContext, 'app' | 'fly' | 'gateway' | 'store' | 'clock' | 'signal'>

/** Looks at all parts side by side: five calls, one more for a machine that ends again and again, and one probe in the machine that runs the gateway. */
export async function lookAt(context: Context): Promise<Deployment> {
  const { app, fly } = context
  const part = <T>(work: (bound: typeof fly) => Promise<T>) =>
    look(context, PART_MS, (signal) => work(fly.with(signal)))
  const listed = part((bound) => bound.machines(app))
  const [machines, info, addresses, volumes, secrets, gateway, remembered] = await Promise.all([
    listed.then((found) => withLately(context, found)),
    part((bound) => bound.app(app)),
    part((bound) => bound.addresses(app)),
    part((bound) => bound.volumes(app)),
    part((bound) => bound.secrets(app)),
    listed.then((found) => probe(context, found)),
    listed.then((found) => part(() => rememberedOf(context, valueOr(found, [])))),
  ])
  const parts = { app, info, machines, addresses, volumes, secrets, gateway }
  return { ...parts, remembered }
}

/** What crash loops are told from. */
async function withLately(
  context: Context,
  machines: Look<readonly Machine[]>,
): Promise<Look<readonly Machine[]>> {
  if (!machines.known) return machines
  const since = context.clock.now() - LATELY_MS
  const whole = async (machine: Machine): Promise<Machine> => {
    const asked = await look(context, EVENTS_MS, (signal) =>
      withEventsSince({ ...context, fly: context.fly.with(signal), signal }, machine, since),
    )
    return valueOr(asked, machine)
  }
  return { ...machines, value: await Promise.all(machines.value.map(whole)) }
}

async function probe(
  context: Context,
  machines: Look<readonly Machine[]>,
): Promise<Look<GatewayReport>> {
  if (!machines.known) return machines
  const main = mainMachine(machines.value)
  if (main === undefined) return unknown(tr('There is no machine.', '沒有任何機器。'))
  if (main.hostStatus !== 'ok') return unknown(tr('Its host is unreachable.', '主機無法連線。'))
  if (main.state !== 'started')
    return unknown(tr(`Its machine is ${main.state}.`, `機器狀態為 ${main.state}。`))
  return look(context, PROBE_MS, () => context.gateway.probe(context.app, main, { channels: true }))
}

const unknown = (why: ReturnType<typeof tr>): Look<never> => ({
  known: false,
  why,
  error: new OpsError('not_ready', why),
})

/** The machine that runs the gateway: of the process group `app` where groups are named, a started one before others. */
export function mainMachine(machines: readonly Machine[]): Machine | undefined {
  const own = machines.filter(({ config }) => {
    const group = config === null ? null : processGroupOf(config)
    return group === null || group === 'app'
  })
  const candidates = own.length > 0 ? own : machines
  return candidates.find(({ state }) => state === 'started') ?? candidates[0]
}

/** Reachable from the internet: any address that is neither private nor for outgoing traffic (FLY.md §2.5). */
export const isPublic = ({ type }: IpAddress): boolean =>
  type === 'v4' || type === 'v6' || type === 'shared_v4'
