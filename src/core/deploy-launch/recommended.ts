import type { Guest, MachineConfig } from '../fly.ts'
import { autoHeap } from '../mutation/memory.ts'
import { templateServices } from '../services.ts'
import { factOf } from '../versions.ts'
import { type Launch, VOLUME } from './target.ts'

/** The variable and the flag below have to agree with the service's port. */
const PORT = 3000
export const COMMAND = `node dist/index.js gateway --allow-unconfigured --port ${PORT} --bind lan`
/** What Node may take of the memory, in MB. */
export const heapOf = ({ memoryMb }: Guest): number => autoHeap(memoryMb)

/** By this a machine is known as made by one job, whatever became of the answer. */
export const JOB_MARK = 'openclaw_ops_job'
/** A gateway that works at something needs longer than Fly's five seconds to end cleanly (OPENCLAW.md §3). */
const STOP = '60s'

/**
 * The machine of the guide as of today. The variable for the port is for the command line inside, which looks elsewhere without it; the
 * metadata is what makes flyctl take the machine for one of a deploy (FLY.md §2.4).
 */
export function recommended(
  { image, version, guest, region, open }: Launch,
  { volume, job }: { readonly volume: string; readonly job: string },
): MachineConfig {
  const base = {
    image,
    init: { cmd: COMMAND.split(' ') },
    env: {
      NODE_ENV: 'production',
      NODE_OPTIONS: `--max-old-space-size=${heapOf(guest)}`,
      OPENCLAW_GATEWAY_PORT: String(PORT),
      OPENCLAW_PREFER_PNPM: '1',
      OPENCLAW_STATE_DIR: VOLUME.path,
      PRIMARY_REGION: region,
    },
    guest: { cpu_kind: guest.cpuKind, cpus: guest.cpus, memory_mb: guest.memoryMb },
    mounts: [{ volume, name: VOLUME.name, path: VOLUME.path }],
    restart: { policy: 'on-failure', max_retries: 10 },
    stop_config: { timeout: STOP },
    metadata: { fly_platform_version: 'v2', fly_process_group: 'app', [JOB_MARK]: job },
  }
  const services = templateServices(base, version)
  return open ? { ...base, services } : { ...base, services: [], checks: checksOf(services) }
}

/** Without services the same check hangs on the machine itself. */
function checksOf(services: ReturnType<typeof templateServices>) {
  const checks: unknown = services[0]?.['checks']
  const [check] = (Array.isArray(checks) ? checks : []) as ReadonlyArray<Record<string, unknown>>
  return { gateway: { ...check, port: PORT } }
}

/**
 * The first config file, for a state directory that has none. `mode` and `meta` have to be in it: a file that loses one of them later is put
 * back by the gateway. Proxies are left out: Fly publishes no address of its own, and a list without it opens nothing but looks like a
 * setting; doctor sets it once the log names it. No secret is in it. (OPENCLAW.md §6, §7)
 */
export function firstConfig(
  app: string,
  { version, open }: Pick<Launch, 'version' | 'open'>,
): string {
  const local = [`http://localhost:${PORT}`, `http://127.0.0.1:${PORT}`]
  const allowedOrigins = [...(open ? [`https://${app}.fly.dev`] : []), ...local]
  const asks = factOf(version, 'origins') !== 'not_asked'
  const config = {
    gateway: { mode: 'local', bind: 'lan', ...(asks && { controlUi: { allowedOrigins } }) },
    meta: version === null ? {} : { lastTouchedVersion: version },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
