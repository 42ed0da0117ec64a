import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rank } from './behaviour.ts'
import { StartFailure } from './runtime.ts'
import type { Settings } from './runtime.ts'

/** What a version left in the state that an older one can't read. */
const schemaOf = ({ stateDir }: Settings): string => join(stateDir, 'state', 'schema')

/** Levers by version: one that migrates the state at its start, one whose starts fail. A state newer than the program is refused. */
export function needImage(settings: Settings): void {
  const { version } = settings.behaviour
  const pulled = (lever: string): boolean =>
    existsSync(join(settings.controlDir, `${lever}-${version}`))
  if (pulled('migrates')) migrate(settings)
  const schema = read(settings)
  if (schema !== '' && rank(schema) > rank(version))
    throw refusal(`state schema of ${schema} is newer than ${version}`)
  if (pulled('fails')) throw refusal('startup migrations did not complete cleanly')
}

function migrate(settings: Settings): void {
  mkdirSync(dirname(schemaOf(settings)), { recursive: true })
  writeFileSync(schemaOf(settings), settings.behaviour.version)
}

function read(settings: Settings): string {
  try {
    return readFileSync(schemaOf(settings), 'utf8')
  } catch {
    return ''
  }
}

const refusal = (why: string): StartFailure =>
  new StartFailure(
    78,
    `[gateway] ${why}; refusing to report the gateway ready`,
    `Gateway failed to start: ${why} | gateway.maintenance_required`,
  )
