import type { Fly, Series } from '../core/fly.ts'
import type { Caller } from './call.ts'
import { field, listOf } from './schema.ts'

/** Prometheus queries over the organization's series. */
export function createMetrics(call: Caller): Pick<Fly, 'metrics'> {
  return {
    metrics: (org, query, range) =>
      call({
        endpoint: `GET /prometheus/{org}/api/v1/${range === undefined ? 'query' : 'query_range'}`,
        at: { org },
        query: {
          query,
          ...(range && {
            start: range.from / 1000,
            end: range.to / 1000,
            step: range.stepSeconds,
          }),
        },
        party: 'metrics',
        read: ({ json }) => readSeries(field(json, 'data')),
      }),
  }
}

function readSeries(data: unknown): readonly Series[] | undefined {
  const result = field(data, 'result')
  if (field(data, 'resultType') !== 'scalar') return listOf(result, readOne)
  const point = readPoint(result)
  return point && [{ labels: {}, points: [point] }]
}

function readOne(value: unknown): Series | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const metric = field(value, 'metric')
  const labels = Object.entries(typeof metric === 'object' && metric !== null ? metric : {})
  const values = field(value, 'values') ?? [field(value, 'value')]
  const points = Array.isArray(values) ? values : []
  return {
    labels: Object.fromEntries(
      labels.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    ),
    points: points.flatMap((point: unknown) => {
      const read = readPoint(point)
      return read === undefined ? [] : [read]
    }),
  }
}

/** `[seconds, "value"]` as `[ms, value]`; nothing for `NaN` and infinities, which no graph can show. */
function readPoint(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value)) return undefined
  const [at, amount]: readonly unknown[] = value
  if (typeof at !== 'number' || typeof amount !== 'string' || amount.trim() === '') return undefined
  const number = Number(amount)
  return Number.isFinite(number) ? [Math.round(at * 1000), number] : undefined
}
