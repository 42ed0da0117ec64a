import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { look, type Look } from '../in-time.ts'
import { type OwnMachine, ownMachine } from '../own-machine.ts'

/** The same context, about the app that this process runs in. Rejects where it runs on no Fly machine. */
export function ownContext(context: WorkContext): {
  readonly own: OwnMachine
  readonly context: WorkContext
} {
  const own = ownMachine(context)
  return { own, context: { ...context, app: own.app } }
}

const LOOK_MS = 8000

/** The own app's machines, or why they could not be read. Nothing where it runs on no Fly machine. */
export async function ownMachines(
  context: Pick<WorkContext, 'fly' | 'self' | 'clock' | 'signal'>,
): Promise<Look<readonly Machine[]> | null> {
  const app = context.self?.app
  if (app === undefined || app === null || context.self?.machine === null) return null
  return look(context, LOOK_MS, (signal) => context.fly.with(signal).machines(app))
}
