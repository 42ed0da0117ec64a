import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { at } from './config.ts'
import type { Run } from './runtime.ts'

export const ATTRIBUTION_ERROR = {
  error: {
    message:
      'Proxy client attribution is required. Configure gateway.trustedProxies narrowly and make the proxy overwrite or safely rebuild forwarded client headers.',
    type: 'proxy_attribution_required',
  },
}

/** Who sent a request: the peer, or what a trusted proxy says in front of it. */
export interface Attribution {
  /** Has forwarding headers, from a peer that is not trusted. */
  readonly unvouched: boolean
  readonly refused: boolean
  readonly client: string
  /** Sent by the client itself, without forwarding headers. */
  readonly direct: boolean
}

const plain = (address: string) => address.replace(/^::ffff:/, '')

/** Whether `gateway.trustedProxies` names the address, alone or as part of a range. */
function trusted(run: Run, address: string): boolean {
  if (isIP(address) === 0) return false
  const list = at(run.config, 'gateway.trustedProxies')
  const block = new BlockList()
  const family = (ip: string) => (isIPv6(ip) ? 'ipv6' : 'ipv4')
  for (const entry of Array.isArray(list) ? list.map(String) : []) {
    const [ip = '', bits] = entry.split('/')
    if (bits === undefined) block.addAddress(ip, family(ip))
    else block.addSubnet(ip, Number(bits), family(ip))
  }
  return block.check(address, family(address))
}

const isForwarded = (request: IncomingMessage) =>
  Object.keys(request.headers).some(
    (name) => name.startsWith('x-forwarded-') || name === 'x-real-ip' || name === 'forwarded',
  )

/** Decides who the client is; a trusted proxy's last untrusted hop, else the peer itself. */
export function attribute(run: Run, request: IncomingMessage): Attribution {
  const peer = plain(request.socket.remoteAddress ?? '')
  if (!isForwarded(request)) return { unvouched: false, refused: false, client: peer, direct: true }
  if (!trusted(run, peer)) {
    const refused = run.settings.behaviour.forwarded === 'refused'
    return { unvouched: true, refused, client: peer, direct: false }
  }
  const hops = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((hop) => plain(hop.trim()))
    .filter((hop) => hop !== '')
  const client = hops.findLast((hop) => !trusted(run, hop)) ?? peer
  return { unvouched: false, refused: false, client, direct: false }
}

/** Says once a process that forwarded requests come from nobody it trusts. */
export function createWarner(): (run: Run, client: string) => void {
  const said = { already: false }
  return (run, client) => {
    if (said.already) return
    said.already = true
    const { behaviour, log } = run.settings
    if (behaviour.forwarded === 'refused')
      return log.err(
        'gateway',
        `observed unattributable proxy-shaped traffic from ${client}; Gateway-authenticated routes reject it, while plugin-authenticated routes ignore forwarded claims. Configure gateway.trustedProxies narrowly and make the proxy overwrite or safely rebuild forwarded client headers.`,
      )
    log.err(
      'ws',
      'Proxy headers detected from untrusted address. Connection will not be treated as local. Configure gateway.trustedProxies to restore local client detection behind your proxy.',
    )
  }
}
