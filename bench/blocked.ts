/** Watches how long this thread leaves its event loop waiting, from now until asked, in ms. */
export function watchLoop(): () => { readonly blockedMs: number; readonly busyMs: number } {
  let [blockedMs, busyMs] = [0, 0]
  let [at, used] = [performance.now(), usedMs()]
  const timer = setInterval(() => {
    const [now, cpu] = [performance.now(), usedMs()]
    const gap = now - at - EVERY_MS
    if (gap > blockedMs) blockedMs = gap
    // Where the machine gives the processor to others, the gap is longer than the work in it.
    busyMs = Math.max(busyMs, Math.min(gap, cpu - used))
    ;[at, used] = [now, cpu]
  }, EVERY_MS)
  return () => {
    clearInterval(timer)
    return { blockedMs, busyMs }
  }
}

const EVERY_MS = 5
const usedMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
