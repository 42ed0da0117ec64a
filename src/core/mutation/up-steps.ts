import type { WorkContext } from '../context.ts'
import type { Step } from '../steps.ts'
import { tr } from '../text.ts'
import { lookBefore } from './up.ts'

export const beforeStep = (id: string): string => `before.${id}`
export const readyStep = (id: string): string => `ready.${id}`

/** The step that looks at what will have to be different, or as before, afterwards; gives a `Before`. */
export const lookStep = (context: WorkContext, id: string): Step => ({
  id: beforeStep(id),
  label: tr(`Look at ${id} as it is`, `查看 ${id} 目前的狀態`),
  do: () => lookBefore(context, id),
})
