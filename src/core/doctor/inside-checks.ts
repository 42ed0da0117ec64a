import { finding } from '../checks/finding.ts'
import { mountsOf, servicesOf } from '../machine-config.ts'
import { bytes, tr } from '../text.ts'
import { type Check, ready } from './check.ts'
import type { Seen } from './seen.ts'

export const INSIDE_CHECKS: readonly Check[] = [
  {
    id: 'listen',
    severity: 'critical',
    about: tr('The port is open to Fly’s proxy', '連接埠對 Fly 代理開放'),
    needs: ['machines', 'inside', 'gateway'],
    cures: ['machine command'],
    find: loopbackOnly,
  },
  {
    id: 'state.not_mounted',
    severity: 'critical',
    about: tr('The volume is really mounted', '磁碟區確實掛載'),
    needs: ['machines', 'inside'],
    cures: [],
    find: ({ machine, inside }) => {
      if (!inside.known || machine?.config == null) return []
      const mounts = new Set(mountsOf(machine.config).map(({ path }) => path))
      return inside.value.disks
        .filter(({ path, mounted }) => !mounted && mounts.has(path))
        .map(({ path }) => ({
          ...finding(
            'state.not_mounted',
            'critical',
            tr(
              `Nothing is mounted at ${path} of ${machine.id}: what the gateway writes there is lost at the next start.`,
              `${machine.id} 的 ${path} 沒有掛載任何磁碟區：閘道寫入的內容會在下次啟動時遺失。`,
            ),
          ),
          evidence: `df ${path}`,
          hint: tr(
            'Take a copy of what is there, then restart the machine; if it stays so, ask Fly.',
            '請先備份其中內容，再重新啟動機器；若仍如此，請向 Fly 詢問。',
          ),
        }))
    },
  },
  {
    id: 'memory.free',
    severity: 'warning',
    about: tr('Memory is left', '尚有可用記憶體'),
    needs: ['inside'],
    cures: ['memory'],
    find: littleMemory,
  },
]

function loopbackOnly({ machine, inside, deployment }: Seen) {
  if (!inside.known || machine?.config == null) return []
  const { listens } = inside.value
  const ready1 = deployment.gateway.known && deployment.gateway.value.ready === true
  const direct = deployment.gateway.known && deployment.gateway.value.layout === 'direct'
  const routed = servicesOf(machine.config).length > 0
  const closed = listens.length > 0 && listens.every((one) => one === 'loopback')
  if (!closed || !ready1 || !direct || !routed) return []
  return [
    {
      ...finding(
        'listen',
        'critical',
        tr(
          `The gateway of ${machine.id} is ready but listens on loopback alone: nothing that Fly routes reaches it.`,
          `${machine.id} 的閘道已就緒，但只監聽本機位址：Fly 轉送的連線無法到達。`,
        ),
      ),
      evidence: '/proc/net/tcp: 127.0.0.1',
      run: ready('machine command'),
    },
  ]
}

/** A kernel with so little left kills something soon (OPENCLAW.md §9). */
const LITTLE = 96 * 1_048_576

function littleMemory({ machine, inside }: Seen) {
  const figures = inside.known ? inside.value.memory : null
  if (figures === null || machine === undefined || figures.freeBytes >= LITTLE) return []
  return [
    {
      ...finding(
        'memory.free',
        'warning',
        tr(
          `${machine.id} has ${bytes(figures.freeBytes)} of memory left; the next step may be that something is killed.`,
          `${machine.id} 僅剩 ${bytes(figures.freeBytes)} 記憶體；接下來可能會有程序被終止。`,
        ),
      ),
      evidence: `MemAvailable = ${bytes(figures.freeBytes)}`,
      run: ready('memory', { size: 'next', machine: machine.id }),
    },
  ]
}
