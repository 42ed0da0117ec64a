import type { GatewayReport, ProbeOptions } from '../../src/core/gateway.ts'
import { say } from '../../src/core/text.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { machineWith } from './exec.ts'

/** The nonce of every output made here. */
export const NONCE = 'abc123'

/** One answer as `curl -i` prints it. */
export function rawAnswer(status: number, type: string, body: string, length?: number): string {
  const bytes = length ?? Buffer.byteLength(body)
  return `HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\nContent-Length: ${bytes}\r\n\r\n${body}`
}

export const JSON_TYPE = 'application/json; charset=utf-8'
export const json = (status: number, body: object): string =>
  rawAnswer(status, JSON_TYPE, JSON.stringify(body))
export const page = (): string =>
  rawAnswer(200, 'text/html; charset=utf-8', '<!doctype html>\n<html lang="en">')

/** What the script would print for these answers; `null` stands for a refused connection. */
export function scriptOutput(
  answers: Readonly<Record<string, string | null>>,
  more: readonly string[] = [],
): string {
  const http = Object.entries(answers).map(([name, raw]) =>
    raw === null ? `http ${name}  7` : `http ${name} ${Buffer.from(raw).toString('hex')} 0`,
  )
  const lines = ['client curl', ...http, ...more]
  return [`gateway-probe ${NONCE}`, ...lines, `end ${NONCE} ${lines.length}`, ''].join('\n')
}

/** What a probe makes of an output of its script. */
export function probeOutput(stdout: string, how?: ProbeOptions): Promise<GatewayReport> {
  const exec = async () => ({ exitCode: 0, stdout, stderr: '' })
  return createGateway({ fly: { exec }, nonce: () => NONCE }).probe('app', machineWith({}), how)
}

export const reasonOf = ({ reason }: GatewayReport): string | null =>
  reason === null ? null : say(reason, 'en')
