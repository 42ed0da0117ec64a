import type { Access } from './access.ts'

/** Begins to read who may do what; `fresh` then gives that, and a failure is that of whoever asks for it. For one decision, soon. */
export function readAhead(access: Access): Access {
  const read = access.fresh()
  read.catch(() => {})
  return { ...access, fresh: () => read }
}
