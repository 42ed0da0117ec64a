import { existsSync, mkdirSync, rmSync, watch } from 'node:fs'
import { join } from 'node:path'
import type { Log } from './log.ts'

/** Conditions that last while their file is there. */
type Condition = 'hang' | 'html' | 'busy' | 'channels-down'
/** Things that happen once; the file is taken away first. */
const EVENTS = ['oom', 'freeze', 'crash'] as const
type Happening = (typeof EVENTS)[number]

/** The levers of a test or demo: files in the control directory, e.g. `touch $STATE/.fake/oom`. */
export interface Faults {
  readonly has: (condition: Condition) => boolean
}

const TRACE = `
<--- Last few GCs --->

[PID:0x21540000]     7524 ms: Mark-Compact (reduce) 127.2 (131.1) -> 125.8 (128.9) MB, pooled: 0 MB, 62.30 / 0.00 ms  (+ 0.6 ms in 26 steps since start of marking, biggest step 0.1 ms, walltime since start of marking 72 ms) (average mu = 0.306, current mu = 0.211) allocation failure; scavenge might not succeed

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0x931db0  [node]
 2: 0x75968e node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]
 3: 0xc70d60  [node]
 4: 0xc70e4f  [node]
 5: 0xf14725  [node]`

/** Watches the control directory; what was left there from before a start and would end it is cleared. */
export function createFaults(directory: string, log: Log): Faults {
  const path = (name: string) => join(directory, name)
  const happen: Record<Happening, () => void> = {
    oom: () => {
      log.raw(TRACE.replace('PID', String(process.pid)))
      process.kill(process.pid, 'SIGABRT')
    },
    freeze: () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    },
    crash: () => process.kill(process.pid, 'SIGKILL'),
  }
  const look = () => {
    for (const name of EVENTS.filter((one) => existsSync(path(one)))) {
      rmSync(path(name), { force: true })
      happen[name]()
    }
  }
  try {
    mkdirSync(directory, { recursive: true })
    for (const name of [...EVENTS, 'hang']) rmSync(path(name), { force: true })
    watch(directory, look).unref()
  } catch {
    return { has: () => false }
  }
  return { has: (condition) => existsSync(path(condition)) }
}
