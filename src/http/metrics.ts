import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { JobQueue, Log, Metrics, WatchMetrics } from '../core/ports.ts'
import { boundedLabel, PREFIX } from './labels.ts'
import { queueGauge } from './queue-gauge.ts'
import { watchMetrics } from './watch-metrics.ts'

/** What `/metrics` says. */
export interface Exposition {
  readonly contentType: string
  readonly text: () => Promise<string>
}

interface Options {
  readonly queueCounts: JobQueue['counts']
  readonly log: Log
  /** Shown as `openclaw_ops_build_info`. */
  readonly build: Readonly<Record<'version' | 'role' | 'engine', string>>
}

// Commands wait for machines: from an answer out of memory to a deploy of several minutes.
const JOB_SECONDS = [0.05, 0.25, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
const CALL_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30, 70]

/** Counters in a registry of their own, so that several can live in one process. */
export function createMetrics({
  queueCounts,
  log,
  build,
}: Options): Metrics & WatchMetrics & Exposition {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  queueGauge({ registers, queueCounts, log })
  new Gauge({
    name: `${PREFIX}build_info`,
    help: 'Always 1; what is running.',
    labelNames: ['version', 'role', 'engine', 'node'],
    registers,
  }).set({ ...build, node: process.versions.node }, 1)
  return {
    ...jobMetrics(registers),
    ...partyMetrics(registers),
    ...watchMetrics(registers),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}

function jobMetrics(registers: Registry[]): Pick<Metrics, 'job'> {
  const total = new Counter({
    name: `${PREFIX}jobs_total`,
    help: 'Jobs that ended, by command and result.',
    labelNames: ['command', 'result'],
    registers,
  })
  const seconds = new Histogram({
    name: `${PREFIX}job_duration_seconds`,
    help: 'From the start of a job to its end.',
    labelNames: ['command'],
    buckets: JOB_SECONDS,
    registers,
  })
  const commands = boundedLabel(150)
  const results = boundedLabel(30)
  return {
    job: (name, result, took) => {
      const command = commands(name)
      total.inc({ command, result: results(result) })
      seconds.observe({ command }, took)
    },
  }
}

function partyMetrics(registers: Registry[]): Omit<Metrics, 'job'> {
  const calls = new Counter({
    name: `${PREFIX}fly_calls_total`,
    help: 'Calls to Fly, by endpoint and HTTP status or kind of failure.',
    labelNames: ['endpoint', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: `${PREFIX}fly_call_duration_seconds`,
    help: 'From sending a call to Fly to its answer.',
    labelNames: ['endpoint'],
    buckets: CALL_SECONDS,
    registers,
  })
  const sends = new Counter({
    name: `${PREFIX}chat_sends_total`,
    help: 'Messages sent or edited, by platform and result.',
    labelNames: ['platform', 'result'],
    registers,
  })
  const waits = new Histogram({
    name: `${PREFIX}rate_limit_wait_seconds`,
    help: 'Time spent waiting for somebody’s rate limit.',
    labelNames: ['party'],
    buckets: CALL_SECONDS,
    registers,
  })
  const printed = new Counter({
    name: `${PREFIX}log_secrets_total`,
    help: 'Lines of logs that were read here in which a secret was taken out, by app.',
    labelNames: ['app'],
    registers,
  })
  const apps = boundedLabel(100)
  const endpoints = boundedLabel(80)
  const statuses = boundedLabel(40)
  const results = boundedLabel(30)
  const parties = boundedLabel(20)
  return {
    flyCall: (name, status, took) => {
      const endpoint = endpoints(name)
      calls.inc({ endpoint, status: statuses(status) })
      seconds.observe({ endpoint }, took)
    },
    chatSend: (platform, result) => sends.inc({ platform, result: results(result) }),
    secretsPrinted: (app, lines) => printed.inc({ app: apps(app) }, lines),
    rateLimitWait: (party, took) => waits.observe({ party: parties(party) }, took),
  }
}
