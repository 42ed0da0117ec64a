/** The value below which the share `q` (0 to 1) of the samples lies; NaN of none. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

/** Runs `rounds` times every measurement in turn, so that a slow moment of the machine hits all alike; gives the results of each. */
export async function alternate<K extends string, T>(
  rounds: number,
  measurements: Readonly<Record<K, () => Promise<T>>>,
): Promise<Record<K, T[]>> {
  const names = Object.keys(measurements) as K[]
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<K, T[]>
  for (let round = 0; round < rounds; round++)
    for (const name of names) results[name].push(await measurements[name]())
  return results
}

/** Calls `work` `count` times, `concurrency` of them at once. */
export async function inParallel(
  count: number,
  concurrency: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
}
