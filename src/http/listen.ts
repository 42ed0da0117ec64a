import type { FastifyInstance } from 'fastify'
import { OpsError } from '../core/errors.ts'
import { type Text, tr } from '../core/text.ts'

interface Address {
  readonly host: string
  readonly port: number
}

/** Listens, and gives the port. Rejects with `bad_input` that names the variable when the address can't be had. */
export async function listenAt(http: FastifyInstance, wanted: Address): Promise<number> {
  try {
    await http.listen(wanted)
  } catch (error) {
    throw refusal(error, wanted) ?? error
  }
  const address = http.server.address()
  return typeof address === 'object' && address !== null ? address.port : wanted.port
}

type Words = (wanted: Address) => readonly [problem: Text, hint: Text]
const NO_ADDRESS: Words = ({ host }) => [
  tr(
    `OPS_HTTP_HOST: ${host} is no address of this machine.`,
    `OPS_HTTP_HOST：${host} 不是這台機器的位址。`,
  ),
  tr(
    'Use 127.0.0.1 for this machine alone, or 0.0.0.0 for all of its addresses.',
    '只供本機使用請設為 127.0.0.1，要開放所有位址請設為 0.0.0.0。',
  ),
]
const WORDS: Readonly<Record<string, Words>> = {
  EADDRINUSE: ({ host, port }) => [
    tr(
      `PORT: ${port} on ${host} is taken by another program.`,
      `PORT：${host} 的 ${port} 已被其他程式使用。`,
    ),
    tr(
      'End that program, or use another port; 0 picks a free one.',
      '請結束該程式，或改用其他連接埠；0 會自動選用空閒的連接埠。',
    ),
  ],
  EACCES: ({ port }) => [
    tr(`PORT: this program may not listen on ${port}.`, `PORT：本程式無權使用 ${port}。`),
    tr('Use a port from 1024 on.', '請使用 1024 以上的連接埠。'),
  ],
  EADDRNOTAVAIL: NO_ADDRESS,
  ENOTFOUND: NO_ADDRESS,
  EAI_AGAIN: NO_ADDRESS,
}

function refusal(error: unknown, wanted: Address): OpsError | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const words = WORDS[code]?.(wanted)
  return words && new OpsError('bad_input', words[0], { hint: words[1], cause: error })
}
