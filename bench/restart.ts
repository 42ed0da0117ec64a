import { type Demo, openDemo } from '../test/demo/deployment.ts'
import type { Row } from './rows.ts'
import { alternate, median } from './stats.ts'

const ROUNDS = 5
const GATEWAY = 'http://127.0.0.1:3000/startupz'

/** A restart with its plan, steps, lease and proof, beside the bare calls that somebody with curl would make, on the same machine. */
export async function restart(): Promise<Row[]> {
  const demo = await openDemo({ write: () => {} })
  try {
    const before = demo.fly.calls.length
    await byCommand(demo)
    const calls = demo.fly.calls.length - before
    const { command, bare } = await alternate(ROUNDS, {
      command: () => timed(() => byCommand(demo)),
      bare: () => timed(() => byHand(demo)),
    })
    const hand = median(bare)
    const ratio = median(command) / hand
    return [
      { name: 'restart by bare calls, until it answers', figure: hand, unit: 'ms' },
      { name: 'restart by command, plan to proof', figure: median(command), unit: 'ms', ratio },
      {
        name: 'Fly calls of restart',
        figure: calls,
        unit: 'calls',
        goal: { is: 'at most', figure: 12 },
      },
    ]
  } finally {
    await demo.close()
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

async function byCommand({ talk }: Demo): Promise<void> {
  const asked = await talk.say('restart force=true')
  const yes = asked.reply?.actions?.find(({ intent }) => intent?.do === 'confirm')
  if (yes === undefined) throw new Error(`restart was not asked about: ${asked.reply?.title}`)
  const { ending, reply } = await talk.press(asked, yes, yes.ask?.placeholder)
  if (ending !== 'done') throw new Error(`restart ended ${ending}: ${reply?.title}`)
}

/** Lease, restart, wait, release, then ask the gateway until it answers. */
async function byHand({ fly, machine }: Demo): Promise<void> {
  const call = callsOf(fly.url, fly.token, machine)
  const { data } = (await call('POST', '/lease?ttl=60')) as { data: { nonce: string } }
  await call('POST', '/restart', { nonce: data.nonce })
  await call('GET', '/wait?state=started&timeout=60')
  await call('DELETE', '/lease', { nonce: data.nonce })
  const command = ['sh', '-c', 'curl -sf "$1"', '_', GATEWAY]
  for (;;) {
    const { exit_code: code } = (await call('POST', '/exec', {
      body: { command, timeout: 10 },
    })) as {
      exit_code: number
    }
    if (code === 0) return
  }
}

interface More {
  readonly nonce?: string
  readonly body?: unknown
}

const callsOf =
  (url: string, token: string, machine: string) =>
  async (method: string, path: string, { nonce, body }: More = {}): Promise<unknown> => {
    const answer = await fetch(`${url}/v1/apps/my-openclaw/machines/${machine}${path}`, {
      method,
      headers: {
        authorization: token,
        ...(nonce !== undefined && { 'fly-machine-lease-nonce': nonce }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
