import type { Call } from '../../fakes/fly/calls.ts'

/**
 * Which of all kills and faults `npm test` tries: with OPS_TEST_EVERYWHERE=all every one. Otherwise what is most likely to break: each
 * kill right after something was written, and each fault of each change at Fly; of the rest every fourth, so that each call meets
 * some fault and each fault some call. The same ones every time: a failure is repeatable.
 */
const ALL = process.env['OPS_TEST_EVERYWHERE'] === 'all'

const EVERY = 4

export const killsHere = (index: number, point: string): boolean =>
  ALL || point.startsWith('after ') || index % EVERY === 0

export const spoilsHere = (
  { method, path }: Pick<Call, 'method' | 'path'>,
  place: number,
  fault: number,
): boolean => ALL || (method !== 'GET' && !path.endsWith('/lease')) || (place + fault) % EVERY === 0
