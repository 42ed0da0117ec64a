import type { Alert, Intake } from '../core/oncall/alert.ts'

/** What could not be handed in for so long is given up, and so many at most are kept. */
const KEEP_MS = 86_400_000
const MOST = 100

export interface HandedIn {
  readonly told: readonly Alert[]
  /** To be tried again. */
  readonly left: readonly Alert[]
  /** Why the last of these was refused. */
  readonly error?: unknown
}

/** Hands alerts in; one that is refused keeps no other one from being told. Never rejects. */
export async function handIn(intake: Intake, alerts: readonly Alert[]): Promise<HandedIn> {
  if (alerts.length === 0) return { told: [], left: [] }
  try {
    await intake.take(alerts)
    return { told: alerts, left: [] }
  } catch (error) {
    return alerts.length === 1 ? { told: [], left: alerts, error } : oneByOne(intake, alerts)
  }
}

async function oneByOne(intake: Intake, alerts: readonly Alert[]): Promise<HandedIn> {
  let all: HandedIn = { told: [], left: [] }
  for (const alert of alerts) {
    const { told, left, ...why } = await handIn(intake, [alert])
    all = { ...all, told: [...all.told, ...told], left: [...all.left, ...left], ...why }
  }
  return all
}

/** What is still to be told: of each trouble the newest word that it fires and the newest that it is over. */
export function stillToTell(alerts: readonly Alert[], now: number): readonly Alert[] {
  const newest = new Map(alerts.map((alert) => [`${alert.status} ${alert.key}`, alert]))
  return [...newest.values()].filter(({ at }) => now - at < KEEP_MS).slice(-MOST)
}
