import type { Access } from '../access.ts'
import type { Outbox } from '../outbox.ts'
import type { Registry } from '../registry.ts'
import type { Settings } from '../settings.ts'
import type { Locale } from '../text.ts'
import type { Hooks } from './hooks.ts'
import type { People, Routes } from './ports.ts'

/** What commands about people and places work with in a worker. */
export interface Desk {
  readonly access: Pick<Access, 'fresh'>
  readonly outbox: Outbox
  readonly people: People
  readonly routes: Routes
  readonly hooks: Hooks
  readonly registry: Registry
  /** The language of words that nobody in particular asked for. */
  readonly locale: Locale
  /** Of places: one may have another language. */
  readonly settings?: Settings | undefined
}
