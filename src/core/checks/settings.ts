import type { Machine } from '../fly.ts'
import { commandOf, servicesOf } from '../machine-config.ts'
import { isIdled, stateOffVolume } from '../repairs.ts'
import { tr } from '../text.ts'
import { type Finding, finding } from './finding.ts'

/** What a machine's config says that does not fit together. */
export function settings({ id, config }: Machine): readonly Finding[] {
  if (config === null) return []
  const found: Finding[] = []
  const command = commandOf(config).join(' ')
  const services = servicesOf(config)
  const port = /--port[= ](\d+)/.exec(command)?.[1]
  if (isIdled(config))
    found.push(
      finding(
        'autostop',
        'warning',
        tr(
          `Autostop is on for ${id}: Fly stops it when no web traffic comes, and its channels with it.`,
          `${id} 開啟了自動停止：沒有網頁流量時 Fly 會停止它，頻道也會中斷。`,
        ),
        'machine repair what=autostop',
      ),
    )
  const wrong = services.find(
    ({ internalPort }) =>
      port !== undefined && internalPort !== null && internalPort !== Number(port),
  )
  if (wrong !== undefined)
    found.push(
      finding(
        'port',
        'critical',
        tr(
          `The gateway of ${id} listens on ${port}, but Fly sends traffic to ${wrong.internalPort}.`,
          `${id} 的閘道監聽 ${port}，但 Fly 把流量送到 ${wrong.internalPort}。`,
        ),
      ),
    )
  if (
    services.length > 0 &&
    / gateway\b/.test(` ${command}`) &&
    !/--bind[= ](lan|custom|tailnet|auto)/.test(command)
  )
    found.push(
      finding(
        'bind',
        'warning',
        tr(
          `The command of ${id} has no --bind lan, so Fly's proxy may not reach the gateway.`,
          `${id} 的指令沒有 --bind lan，Fly 的代理可能無法連到閘道。`,
        ),
      ),
    )
  const stateDir = stateOffVolume(config)
  if (stateDir !== null)
    found.push(
      finding(
        'state.not_on_volume',
        'critical',
        tr(
          `The state directory ${stateDir} of ${id} is not on a volume and is lost at every restart.`,
          `${id} 的狀態目錄 ${stateDir} 不在磁碟區上，每次重新啟動都會遺失。`,
        ),
        'machine repair what=state',
      ),
    )
  return found
}
