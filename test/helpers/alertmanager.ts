import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { tempDir } from './engines.ts'

const PROGRAM = 'prometheus-alertmanager'
const found = spawnSync(PROGRAM, ['--version']).status === 0

/** For `test(name, { skip })`: false, or why what needs the real Alertmanager is not run. */
export const skipAlertmanager: string | false = found ? false : `no ${PROGRAM} on the PATH`

/** A real Alertmanager of the test's own, that tells everything at once. */
export interface Alertmanager {
  /** As Prometheus does. */
  readonly post: (
    labels: Readonly<Record<string, string>>,
    more?: { readonly annotations?: Readonly<Record<string, string>>; readonly endsAt?: string },
  ) => Promise<void>
  readonly stop: () => Promise<void>
}

export async function startAlertmanager(hook: string): Promise<Alertmanager> {
  const dir = await tempDir()
  const config = join(dir.path, 'alertmanager.yml')
  await writeFile(
    config,
    [
      'route: { receiver: ops, group_by: [alertname], group_wait: 0s, group_interval: 100ms, repeat_interval: 1h }',
      `receivers: [{ name: ops, webhook_configs: [{ url: '${hook}', send_resolved: true }] }]`,
      '',
    ].join('\n'),
  )
  const flags = { 'config.file': config, 'storage.path': dir.path, 'cluster.listen-address': '' }
  const child = spawn(
    PROGRAM,
    [
      ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const closed = once(child, 'close')
  const stop = async () => {
    child.kill('SIGKILL')
    await closed
    await dir.remove()
  }
  const url = await listening(child.stderr).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    stop,
    async post(labels, { annotations = {}, endsAt } = {}) {
      const startsAt = new Date(Date.now() - 1000).toISOString()
      const alert = { labels, annotations, startsAt, ...(endsAt !== undefined && { endsAt }) }
      const answer = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([alert]),
      })
      if (!answer.ok) throw new Error(`Alertmanager: ${answer.status} ${await answer.text()}`)
    },
  }
}

/** Where it listens, as its log says; the log is read on, so that it never has to wait. */
async function listening(log: NodeJS.ReadableStream): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const said: string[] = []
  createInterface(log)
    .on('line', (line) => {
      said.push(line)
      const [, address] = /msg="Listening on" address=(\S+)/.exec(line) ?? []
      if (address !== undefined) resolve(`http://${address}`)
    })
    .on('close', () => reject(new Error(`Alertmanager did not start:\n${said.join('\n')}`)))
  return promise
}
