import { FlyError } from './errors.ts'
import type { Answer, Context, Route } from './router.ts'
import { json } from './router.ts'
import type { FakeSeries, Json } from './types.ts'

const selector = /([a-z_][a-z0-9_]*)\{([^}]*)\}/
const matcher = /^\s*([a-z_]+)\s*=\s*"([^"]*)"\s*$/

/** Understands one selector with `=` matchers, inside any function; of the functions only `max_over_time` is worked out. */
export const prometheusRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/prometheus/:org/api/v1/query',
    action: 'prometheus.query',
    query: ['query', 'time'],
    handle: instant,
  },
  {
    method: 'GET',
    path: '/prometheus/:org/api/v1/query_range',
    action: 'prometheus.query_range',
    query: ['query', 'start', 'end', 'step'],
    handle: range,
  },
]

function instant(context: Context): Answer {
  const query = context.query.get('query') ?? ''
  const at = seconds(context.query.get('time')) ?? context.world.clock.now() / 1000
  const pick = query.includes('max_over_time') ? greatest : latest
  const result = matching(context, query).flatMap((series) => {
    const value = pick(series, at * 1000)
    return value === null ? [] : [{ metric: labels(series), value: [at, String(value)] }]
  })
  return json({ status: 'success', data: { resultType: 'vector', result } })
}

function range(context: Context): Answer {
  const start = seconds(context.query.get('start'))
  const end = seconds(context.query.get('end'))
  const step = seconds(context.query.get('step'))
  if (start === null || end === null || step === null || step <= 0) {
    throw bad('invalid parameter "step"')
  }
  const result = matching(context, context.query.get('query') ?? '').map((series) => ({
    metric: labels(series),
    values: steps(start, end, step).flatMap((at) => {
      const value = latest(series, at * 1000)
      return value === null ? [] : [[at, String(value)]]
    }),
  }))
  return json({ status: 'success', data: { resultType: 'matrix', result } })
}

function matching({ world, params, token }: Context, query: string): readonly FakeSeries[] {
  if (token.apps !== '*' || params['org'] !== world.settings.orgSlug) {
    throw new FlyError(401, 'unauthorized')
  }
  const [, name, inner = ''] = selector.exec(query) ?? []
  const parts = inner.split(',').filter((part) => part.trim() !== '')
  const wanted = parts.map((part) => matcher.exec(part))
  if (name === undefined || wanted.includes(null)) {
    throw bad('1:34: parse error: unexpected "}" in label matching, expected string')
  }
  return world.series.filter(
    (series) =>
      series.name === name &&
      wanted.every((found) => series.labels[found?.[1] ?? ''] === found?.[2]),
  )
}

function bad(error: string): FlyError {
  const body = { status: 'error', errorType: 'bad_data', error }
  return Object.assign(new FlyError(400, error), { body })
}

function labels(series: FakeSeries): Json {
  return { __name__: series.name, ...series.labels }
}

function latest(series: FakeSeries, at: number): number | null {
  return series.points.findLast(([time]) => time <= at)?.[1] ?? null
}

function greatest(series: FakeSeries, at: number): number | null {
  const values = series.points.filter(([time]) => time <= at).map(([, value]) => value)
  return values.length === 0 ? null : Math.max(...values)
}

function steps(start: number, end: number, step: number): readonly number[] {
  const count = Math.floor((end - start) / step) + 1
  return Array.from(
    { length: Math.max(0, Math.min(count, 11_000)) },
    (_, index) => start + index * step,
  )
}

function seconds(value: string | null): number | null {
  if (value === null || value === '') return null
  const asNumber = Number(value.replace(/s$/, ''))
  if (Number.isFinite(asNumber)) return asNumber
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : date / 1000
}
