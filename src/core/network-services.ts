import { OpsError } from './errors.ts'
import type { Machine } from './fly.ts'
import { processGroupOf } from './machine-config.ts'
import { isGatewayMachine } from './network.ts'
import type { Remembered } from './network-memory.ts'
import { type Services, templateServices } from './services.ts'
import { tr } from './text.ts'

type Configured = Pick<Machine, 'id' | 'config'>

/** Where a machine's services come from when the app is opened; `nothing` is one that is to have none. */
export type Source = 'nothing' | 'memory' | 'template'

/** Its own from the memory, else the template for a machine that runs the gateway; a worker beside it stays without. */
export function sourceOf(machine: Configured, memory: Remembered | null): Source {
  if (remembered(machine, memory).length > 0) return 'memory'
  return isGatewayMachine(machine) ? 'template' : 'nothing'
}

/** The services a machine shall have. Rejects a memory that was there for the plan and is no longer. */
export function servicesAfter(
  machine: Configured,
  { from, release }: { readonly from: Source; readonly release: string | null },
  memory: Remembered | null,
): Services {
  if (from === 'nothing') return []
  if (from === 'template') return templateServices(machine.config ?? {}, release)
  const services = remembered(machine, memory)
  if (services.length > 0) return services
  throw new OpsError(
    'conflict',
    tr('The services that were remembered are gone.', '先前記住的服務已不存在。'),
    { hint: tr('Send the command again for a new plan.', '請重新送出指令以取得新的計畫。') },
  )
}

/** A machine made anew since then gets what one of its group had. */
function remembered({ id, config }: Configured, memory: Remembered | null): Services {
  const kept = memory?.machines ?? []
  const group = processGroupOf(config ?? {})
  const own = kept.find((one) => one.id === id) ?? kept.find((one) => one.group === group)
  return own?.services ?? []
}
