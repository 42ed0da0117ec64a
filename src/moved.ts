import type { App } from './app.ts'
import { adminsOf, tellPrivately } from './core/tell-admins.ts'
import { moveRoutes } from './core/oncall/route-store.ts'
import type { Log } from './core/ports.ts'
import { fields, type Reply, reply, text } from './core/reply.ts'
import { tr } from './core/text.ts'
import { moveIncidents } from './oncall/moved.ts'

interface Move {
  readonly from: string
  readonly to: string
}
type Deps = Pick<App, 'access' | 'settings' | 'oncall' | 'config' | 'outbox' | 'clock'> & {
  readonly engine: Pick<App['engine'], 'store'>
  readonly log: Log
}

const FIRST_PAUSE_MS = 1000
const MINUTE = 60_000

/**
 * A group became a supergroup. Telegram says so of its own groups, so all that holds in the old one goes along: trust last, so that what was
 * cut short is done again when it is said again. Those who rule there are told, for it is theirs to look.
 */
export async function followMove(deps: Deps, move: Move, signal: AbortSignal): Promise<void> {
  const { clock, log } = deps
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, MINUTE)) {
    try {
      return await carryOver(deps, move)
    } catch (error) {
      log.error({ err: error, ...move }, 'a moved group still has its grants under the old id')
      await clock.sleep(pauseMs, signal).catch(() => {})
    }
  }
}

async function carryOver(deps: Deps, { from, to }: Move): Promise<void> {
  const { access, settings, oncall, engine, clock, log } = deps
  const { store } = engine
  const old = { platform: 'telegram', space: from } as const
  await settings.move(old, to)
  await moveRoutes(store, old, to)
  await moveIncidents({ store, clock }, old, to)
  // Said before the last step, because after it nobody would know that it is still to be said.
  await tellAdmins(deps, { from, to })
  if (await access.move(old, to))
    log.warn({ from, to }, 'a trusted group has a new id, its grants went along')
  await oncall.recover()
}

async function tellAdmins(deps: Deps, { from, to }: Move): Promise<void> {
  const state = await deps.access.fresh()
  if (!state.trusted.some(({ platform, space }) => platform === 'telegram' && space === from))
    return
  const places = [from, to].map((space) => ({ platform: 'telegram', space }) as const)
  await tellPrivately(deps, {
    id: `moved-${from}-${to}`,
    to: places.flatMap((place) => adminsOf(state, deps.clock.now(), place)),
    said: words({ from, to }),
    locale: deps.settings.of({ platform: 'telegram', space: to }).locale ?? deps.config.locale,
  })
}

const words = ({ from, to }: Move): Reply =>
  reply.warn(tr('A group has a new id', '群組的識別碼已改變'), [
    fields([tr('Before', '之前'), `telegram:${from}`], [tr('Now', '現在'), `telegram:${to}`]),
    text(
      tr(
        'It became a supergroup. Trust, roles, ceilings, settings and alert routes went along; questions that waited there have to be asked again.',
        '它已升級為超級群組。信任、角色、上限、設定與警報路由都已一併移轉；原本等待確認的問題須重新提出。',
      ),
    ),
    text(
      tr(
        'Look with /ops access list there. An owner confirms it with /ops access trust, or ends it with /ops access untrust.',
        '請在該處以 /ops access list 檢視。擁有者可用 /ops access trust 確認，或以 /ops access untrust 結束。',
      ),
    ),
  ])
