import type { Delays } from './world.ts'

/** About what live Fly takes, in ms. */
export const usualDelays: Delays = {
  imagePull: 8000,
  boot: 1500,
  lag: 200,
  stop: 800,
  active: 2000,
  replace: 500,
  destroy: 1000,
  forget: 3000,
  appVisible: 500,
  volume: 500,
  restore: 60_000,
  snapshot: 4000,
  secrets: 2000,
  logs: 1500,
}

/** Everything in the next turn. The usual choice for machines that are real processes. */
export const noDelays: Delays = {
  imagePull: 0,
  boot: 0,
  lag: 0,
  stop: 0,
  active: 0,
  replace: 0,
  destroy: 0,
  forget: 0,
  appVisible: 0,
  volume: 0,
  restore: 0,
  snapshot: 0,
  secrets: 0,
  logs: 0,
}
