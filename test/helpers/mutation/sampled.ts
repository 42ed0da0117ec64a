import type { Call } from '../../fakes/fly/calls.ts'
import { EVERYWHERE } from '../runs.ts'

/**
 * Which of all kills and faults `npm test` tries: with OPS_TEST_EVERYWHERE=all (`npm run test:everywhere`) every one. Otherwise a grid in
 * which each call meets some fault and each fault some call, dense where it is most likely to break: right after something was
 * written, and where Fly is told to change something. The same ones every time: a failure is repeatable.
 */

const DENSE = 8
const THIN = 40

export const killsHere = (index: number, point: string): boolean =>
  EVERYWHERE || index % (point.startsWith('after ') ? DENSE : THIN) === 0

export const spoilsHere = (
  call: Pick<Call, 'method' | 'path'>,
  place: number,
  fault: number,
): boolean => EVERYWHERE || (place + fault) % (changes(call) ? DENSE : THIN) === 0

/** Leases and looks inside change nothing of the machine's. */
const changes = ({ method, path }: Pick<Call, 'method' | 'path'>): boolean =>
  method !== 'GET' && !/\/(?:lease|exec)$/.test(path)
