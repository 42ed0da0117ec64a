import type { Fly, Machine, MachineChange, MachineConfig } from '../core/fly.ts'
import type { Answer, Caller } from './call.ts'
import { accepted } from './call.ts'
import { readEvents } from './parse-event.ts'
import { readMachine } from './parse-machine.ts'
import { secretValues } from './redact.ts'
import { field, listOf, map, text } from './schema.ts'

type Machines = Pick<
  Fly,
  | 'machines'
  | 'machine'
  | 'createMachine'
  | 'updateMachine'
  | 'destroyMachine'
  | 'events'
  | 'versions'
  | 'metadata'
  | 'patchMetadata'
>

const MOST_EVENTS = 50

/** Machines: what they are, and making, changing and destroying them. */
export function createMachines(call: Caller): Machines {
  return {
    machines: (app) => allMachines(call, app),
    machine: (app, id) =>
      call({
        endpoint: 'GET /v1/apps/{app}/machines/{id}',
        at: { app, id },
        read: ({ json }) => readMachine(json),
      }),
    createMachine: (app, request) =>
      call({
        endpoint: 'POST /v1/apps/{app}/machines',
        at: { app },
        body: changeBody(request),
        hide: hidden(request.config),
        read: ({ json }) => readMachine(json),
      }),
    updateMachine: (app, id, { currentVersion, nonce, ...request }) =>
      call({
        endpoint: 'POST /v1/apps/{app}/machines/{id}',
        at: { app, id },
        body: { ...changeBody(request), current_version: currentVersion },
        nonce,
        hide: hidden(request.config),
        read: ({ json }) => readMachine(json),
      }),
    destroyMachine: async (app, id, nonce) => {
      await call({
        endpoint: 'DELETE /v1/apps/{app}/machines/{id}',
        at: { app, id },
        // Without force Fly destroys only what is stopped already.
        query: { force: 'true' },
        nonce,
        read: accepted,
      })
    },
    ...createHistory(call),
  }
}

function createHistory(
  call: Caller,
): Pick<Machines, 'events' | 'versions' | 'metadata' | 'patchMetadata'> {
  return {
    events: (app, id) =>
      call({
        endpoint: 'GET /v1/apps/{app}/machines/{id}/events',
        at: { app, id },
        query: { limit: MOST_EVENTS },
        read: ({ json }) => readEvents(json),
      }),
    versions: (app, id) =>
      call({
        endpoint: 'GET /v1/apps/{app}/machines/{id}/versions',
        at: { app, id },
        read: ({ json }) => listOf(json, readVersion),
      }),
    metadata: (app, id) =>
      call({
        endpoint: 'GET /v1/apps/{app}/machines/{id}/metadata',
        at: { app, id },
        read: readMetadata,
      }),
    patchMetadata: async (app, id, changes) => {
      await call({
        endpoint: 'PATCH /v1/apps/{app}/machines/{id}/metadata',
        at: { app, id },
        body: { metadata: changes },
        read: accepted,
      })
    },
  }
}

const changeBody = ({ config, name, region, skipLaunch, minSecretsVersion }: MachineChange) => ({
  config,
  name,
  region,
  skip_launch: skipLaunch,
  min_secrets_version: minSecretsVersion,
})

/** What a config may hold that is nobody's business: secret-like variables and the contents of files. */
function hidden(config: MachineConfig): readonly string[] {
  const files = Array.isArray(config['files']) ? config['files'] : []
  const contents = files.map((file: unknown) => text.parse(field(file, 'raw_value')))
  return [...secretValues(config['env']), ...contents.filter((value) => typeof value === 'string')]
}

const GONE: ReadonlySet<string> = new Set(['destroyed', 'destroying'])
const PAGE = 500
const MOST_PAGES = 100

interface Page {
  readonly machines: readonly Machine[]
  readonly next: string | undefined
}

/** Follows the cursor to the end: pages may be short or empty while more remain. */
async function allMachines(call: Caller, app: string): Promise<readonly Machine[]> {
  const found = new Map<string, Machine>()
  const seen = new Set<string>()
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { machines, next } = await machinePage(call, app, { cursor, seen })
    for (const machine of machines) found.set(machine.id, machine)
    if (next === undefined) break
    seen.add(next)
    cursor = next
  }
  return [...found.values()].filter(({ state }) => !GONE.has(state))
}

const machinePage = (
  call: Caller,
  app: string,
  at: { readonly cursor: string | undefined; readonly seen: ReadonlySet<string> },
): Promise<Page> =>
  call({
    endpoint: 'GET /v1/apps/{app}/machines',
    at: { app },
    query: { limit: PAGE, cursor: at.cursor, include_leases: 'true' },
    read: ({ json, header }) => {
      const machines = listOf(json, readMachine)
      const next = header('fly-next-cursor') || undefined
      // A cursor that comes back would go round for ever, and half a list is none.
      if (machines === undefined || (next !== undefined && at.seen.has(next))) return undefined
      return { machines, next }
    },
  })

function readVersion(value: unknown): { version: string; config: MachineConfig } | undefined {
  const version = text.parse(field(value, 'version'))
  if (!version) return undefined
  return { version, config: map.parse(field(value, 'user_config')) ?? {} }
}

function readMetadata({ json }: Answer): Readonly<Record<string, string>> | undefined {
  if (json === null) return {}
  const found = map.parse(json)
  if (!found) return undefined
  const pairs = Object.entries(found)
  return Object.fromEntries(
    pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}
