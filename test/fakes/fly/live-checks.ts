import { request } from 'node:http'
import { connect } from 'node:net'
import type { DeclaredCheck } from './runtime.ts'

export interface CheckResult {
  readonly status: 'passing' | 'critical'
  readonly output: string
}

/** Fly checks in the background; here the one who asks for the machine waits, so it must not take long. */
const patience = ({ timeoutMs }: DeclaredCheck): number => Math.min(timeoutMs, 1000)

/** One real try of a check on the port where the machine really listens. */
export function tryCheck(check: DeclaredCheck, port: number): Promise<CheckResult> {
  return check.type === 'http' ? tryHttp(check, port) : tryTcp(check, port)
}

function tryHttp(check: DeclaredCheck, port: number): Promise<CheckResult> {
  const { promise, resolve } = Promise.withResolvers<CheckResult>()
  const options = {
    host: '127.0.0.1',
    port,
    path: check.path,
    agent: false,
    timeout: patience(check),
  }
  const sent = request(options, (response) => {
    const status = response.statusCode ?? 0
    response.resume()
    const passing = status >= 200 && status < 300
    resolve({ status: passing ? 'passing' : 'critical', output: `HTTP GET: ${String(status)}` })
  })
  sent.on('timeout', () => sent.destroy(new Error('context deadline exceeded')))
  sent.on('error', (error) => resolve(refused(error)))
  sent.end()
  return promise
}

function tryTcp(check: DeclaredCheck, port: number): Promise<CheckResult> {
  const { promise, resolve } = Promise.withResolvers<CheckResult>()
  const socket = connect({ host: '127.0.0.1', port, timeout: patience(check) })
  socket.on('connect', () => {
    socket.destroy()
    resolve({ status: 'passing', output: 'Success' })
  })
  socket.on('timeout', () => socket.destroy(new Error('context deadline exceeded')))
  socket.on('error', (error) => resolve(refused(error)))
  return promise
}

function refused(error: Error): CheckResult {
  const text = error.message.includes('ECONNREFUSED') ? 'connection refused' : error.message
  return { status: 'critical', output: `connect: ${text}` }
}
