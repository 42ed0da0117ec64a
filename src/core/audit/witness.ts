import { type Audit, auditEntry } from '../audit.ts'
import { OpsError } from '../errors.ts'
import type { FlyChange } from '../fly.ts'
import type { Gateway } from '../gateway.ts'
import type { JobRecord } from '../job-record.ts'

type Changed = (change: FlyChange) => void

/** Looks inside a machine are requests of the same kind as changes there; `witnessed` tells of those that change something. */
const INSIDE = /\/exec$/

/** Gives the function that writes down what a job changes at Fly. */
export function flyWitness(audit: Audit, { invocation, app, id }: JobRecord): Changed {
  return (change) => {
    if (INSIDE.test(change.what)) return
    audit.record(auditEntry('called', invocation, { app, job: id, call: change }))
  }
}

/** The gateway with both ways to change something inside its machine told of: its config file, and lock files that are deleted. */
export function witnessed(gateway: Gateway, changed: Changed): Gateway {
  const { config, locks } = gateway
  return {
    ...gateway,
    locks: (app, machine, remove) => {
      const asked = locks(app, machine, remove)
      return remove === undefined || remove.length === 0
        ? asked
        : told(asked, `delete ${remove.length} lock files in ${app}/${machine.id}`, changed)
    },
    config: {
      ...config,
      write: (app, machine, change) =>
        told(
          config.write(app, machine, change),
          `write the config file in ${app}/${machine.id}`,
          changed,
        ),
    },
  }
}

/** What came of it as far as the answer says; neither the file nor the script is in it. */
async function told<T>(work: Promise<T>, what: string, changed: Changed): Promise<T> {
  try {
    const answer = await work
    changed({ what, status: wordOf(answer), reference: null })
    return answer
  } catch (error) {
    const known = error instanceof OpsError ? error : undefined
    changed({ what, status: known?.code ?? 'failed', reference: known?.reference ?? null })
    throw error
  }
}

const wordOf = (answer: unknown): string => {
  if (typeof answer !== 'object' || answer === null || !('known' in answer)) return 'answered'
  if (answer.known === true) return 'written'
  return 'trouble' in answer ? String(answer.trouble) : 'unknown'
}
