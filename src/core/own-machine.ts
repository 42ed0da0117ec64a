import type { WorkContext } from './context.ts'
import { OpsError } from './errors.ts'
import type { ProcessRecord } from './processes.ts'
import { alive, processes } from './processes.ts'
import { type Text, tr } from './text.ts'

/** The process that does the work and the machine it runs on; `null` where it does not run on Fly. */
export interface Self {
  readonly app: string | null
  readonly machine: string | null
  readonly region: string | null
  readonly version: string
  readonly role: 'all' | 'bot' | 'worker'
  readonly engine: 'redis' | 'sqlite'
  /** Names this run of the process; compare, never read. */
  readonly boot: string
  readonly startedAt: number
  /** Where the program lies in the image. */
  readonly root: string
  /** Of this process, and what the machine has. */
  readonly memory: () => { readonly rssBytes: number; readonly limitBytes: number }
  readonly queue: () => Promise<
    Readonly<Record<string, { waiting: number; active: number; delayed: number }>>
  >
  /** The run before this one in the same place, as far as it is known. */
  readonly before: () => ProcessRecord | null
}

export type OwnMachine = Self & { readonly app: string; readonly machine: string }

type Knows = Pick<WorkContext, 'self'>

/** Whether this is the machine that the process asking runs on. */
export const isOwnMachine = ({ self }: Knows, app: string, id: string): boolean =>
  self !== undefined && self.machine === id && self.app === app

/** This process as one on a Fly machine. Rejects, with what to do instead, where it runs elsewhere. */
export function ownMachine({ self }: Knows): OwnMachine {
  if (self !== undefined && self.app !== null && self.machine !== null)
    return { ...self, app: self.app, machine: self.machine }
  throw new OpsError(
    'not_found',
    tr(
      'I do not run on a Fly machine (FLY_APP_NAME and FLY_MACHINE_ID are not set), so I cannot do this to myself.',
      '我並非在 Fly 機器上執行（未設定 FLY_APP_NAME 與 FLY_MACHINE_ID），因此無法對自己執行此操作。',
    ),
    {
      hint: tr(
        'Restart or update the process where it was started: the service manager, the container, or npm start.',
        '請在啟動處重新啟動或更新此行程：服務管理員、容器或 npm start。',
      ),
    },
  )
}

/** Other processes that work off jobs and gave a sign of life lately: they go on while this machine is away. */
export async function otherWorkers({
  self,
  store,
  clock,
}: Pick<WorkContext, 'self' | 'store' | 'clock'>): Promise<readonly ProcessRecord[]> {
  const all = await processes(store)
  return all.filter(
    (one) =>
      one.role !== 'bot' &&
      one.boot !== self?.boot &&
      one.machine !== (self?.machine ?? null) &&
      alive(one, clock.now()),
  )
}

/** Refuses what would take away the only process that could do the rest of it. */
export async function refuseLastOwn(
  context: Pick<WorkContext, 'self' | 'app' | 'store' | 'clock'>,
  id: string,
): Promise<void> {
  if (!isOwnMachine(context, context.app, id)) return
  if ((await otherWorkers(context)).length > 0) return
  throw new OpsError(
    'forbidden',
    tr(
      `${id} is the machine I run on, and no other worker is there: nobody could start it again from here.`,
      `${id} 是我所在的機器，且沒有其他工作程序：之後無法從這裡再次啟動它。`,
    ),
    {
      hint: tr(
        `To restart me: /ops self restart. To stop me for good: fly machine stop ${id} -a ${context.app}`,
        `要重新啟動我：/ops self restart。要停止我：fly machine stop ${id} -a ${context.app}`,
      ),
    },
  )
}

/** What a question says when I am among those it is about. */
export const ownWarning = (context: Knows & { app: string }, ids: readonly string[]): Text[] =>
  ids.some((id) => isOwnMachine(context, context.app, id))
    ? [
        tr(
          `⚠️ ${context.self?.machine} is the machine I run on: I go away in the middle and report here when I am back.`,
          `⚠️ ${context.self?.machine} 是我所在的機器：過程中我會離線，恢復後在此回報。`,
        ),
      ]
    : []
