import { createHash } from 'node:crypto'
import { tidy } from '../../core/logs/tidy.ts'
import type { Alert, Severity } from '../../core/oncall/alert.ts'
import type { Receiver } from '../../core/oncall/route.ts'
import { withoutPrinted } from '../../core/secret-shapes.ts'
import { type Text, tr, truncate } from '../../core/text.ts'

export const BOUNDS = {
  title: 120,
  text: 600,
  rule: 80,
  name: 60,
  value: 400,
  evidence: 6,
  links: 3,
  url: 500,
  id: 120,
} as const

/** More alerts than these are not taken out of one body. */
export const ALERTS_MAX = 1000

/** What a source said, not yet clean. */
export interface Told {
  readonly source: Receiver
  /** Names the trouble within its source, and what it belongs to; the trouble itself where nothing is said. */
  readonly id: string
  readonly group?: string | undefined
  readonly over: boolean
  readonly severity: Severity
  readonly app?: string | undefined
  readonly machine?: string | undefined
  readonly title: string
  readonly text?: string | undefined
  readonly evidence?: ReadonlyArray<readonly [what: Text, value: string | undefined]>
  readonly rule?: string | undefined
  readonly links?: ReadonlyArray<readonly [label: Text, url: string | undefined]>
  readonly since?: number | undefined
  /** When the source says it was so; the moment it came where it does not say. */
  readonly at?: number | undefined
  readonly down?: boolean | undefined
  /** Who acknowledged it there; null where that is over. */
  readonly ack?: string | null | undefined
}

/** The alert: clean, without what looks like a secret, bounded, and not from the future. */
export function alertOf(told: Told, came: number): Alert {
  const { source, id, over, severity, title, down, ack } = told
  const at = Math.min(told.at ?? came, came)
  const app = told.app ?? appOf(told.links)
  return {
    source,
    key: bounded(source, id),
    group: bounded(source, told.group ?? id),
    status: over ? 'resolved' : 'firing',
    severity,
    app: app ?? null,
    machine: told.machine !== undefined && isMachine(told.machine) ? told.machine : null,
    title: clean(title, BOUNDS.title) || NAMELESS,
    text: clean(told.text ?? '', BOUNDS.text),
    evidence: (told.evidence ?? []).flatMap(shown).slice(0, BOUNDS.evidence),
    rule: clean(told.rule ?? title, BOUNDS.rule) || source,
    ...(down === true && app !== undefined && { down }),
    ...(ack !== undefined && { ack: ack && (clean(ack, BOUNDS.name) || source) }),
    fix: null,
    links: (told.links ?? []).flatMap(linked).slice(0, BOUNDS.links),
    since: Math.min(told.since ?? at, at),
    at,
  }
}

const NAMELESS = tr('An alert without a name', '沒有名稱的警示')
const MACHINE = /^[0-9a-f]{14}$/
export const isMachine = (id: string): boolean => MACHINE.test(id)
const APP = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Foreign text: one line, no control characters, nothing that looks like a secret, at most `max` characters. */
function clean(text: string, max: number): string {
  const line = text.slice(0, max * 4).replace(/\s+/g, ' ')
  return truncate(withoutPrinted(tidy(line)).trim(), max)
}

/** Ids may be of any length and hold anything, a secret too: what is not plain and short stands for itself as a digest. */
const bounded = (source: string, id: string): string =>
  `${source}:${id.length <= BOUNDS.id - 16 && /^[\w.:/@-]+$/.test(id) ? id : digest(id)}`

/** Names something by its parts. */
export const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32)

function shown([what, value]: readonly [Text, string | undefined]): Alert['evidence'] {
  const line = clean(value ?? '', BOUNDS.value)
  const name = typeof what === 'string' ? clean(what, BOUNDS.name) : what
  // A value may be the secret of a name that says so: both are looked at as one.
  const kept = typeof name !== 'string' || clean(`${name}=${line}`, 1000).endsWith(`=${line}`)
  return line === '' || name === '' ? [] : [[name, kept ? line : '[secret]']]
}

/** Only http(s), without a password, and nothing in it that looks like a secret. */
function linked([label, url]: readonly [Text, string | undefined]): Alert['links'] {
  const parsed = url === undefined || url.length > BOUNDS.url ? null : URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return []
  if (parsed.username !== '' || parsed.password !== '') return []
  const { href } = parsed
  const fits = href.length <= BOUNDS.url && withoutPrinted(href) === href
  const name = typeof label === 'string' ? clean(label, BOUNDS.name) || parsed.hostname : label
  return fits ? [{ label: name, url: href }] : []
}

/** The Fly app a link leads to, where it leads to one. */
function appOf(links: Told['links']): string | undefined {
  const hosts = (links ?? []).map(([, url]) => URL.parse(url ?? '')?.hostname ?? '')
  return hosts.map((host) => /^([a-z0-9-]+)\.fly\.dev$/.exec(host)?.[1]).find((app) => app)
}

/** A name that could be a Fly app’s. */
export const appName = (name: string | undefined): string | undefined =>
  name !== undefined && APP.test(name) ? name : undefined

const CRITICAL = /^(?:critical|crit|fatal|emergency|alert|disaster|page|high|severe|p1|p0|sev[01])$/
const INFO = /^(?:info|information|informational|notice|none|debug|low|ok|clear|p4|p5)$/

/** The severity behind a word; `warning` where it says nothing. */
export function severityOf(word: string | undefined, otherwise: Severity = 'warning'): Severity {
  const small = word?.trim().toLowerCase() ?? ''
  if (CRITICAL.test(small)) return 'critical'
  if (INFO.test(small)) return 'info'
  return /^(?:warning|warn|error|minor|major|medium|average|p2|p3|sev[2-5])$/.test(small)
    ? 'warning'
    : otherwise
}

/** A time as text or as seconds or milliseconds of Unix; nothing for year 1 and for what is none. */
export function timeOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = /^\d{9,13}(?:\.\d+)?$/.test(value) ? Number(value) : undefined
  const ms = number === undefined ? Date.parse(value) : number < 1e11 ? number * 1000 : number
  return ms > 0 && ms < 8e15 ? Math.round(ms) : undefined
}
