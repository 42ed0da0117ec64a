import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the range from which the kernel gives a port to whoever connects or asks for any. */
const FROM = 20_000
const TO = 32_000

/**
 * A TCP port for a program that cannot tell which one it was given: nobody listens on it, and no other process of a test is given it while this one runs.
 * It is held by the UDP port of the same number, which the program does not need.
 */
export async function freePort(): Promise<number> {
  const port = FROM + Math.floor(Math.random() * (TO - FROM))
  return (await held(port)) && (await free(port)) ? port : freePort()
}

async function held(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref()
  socket.bind({ port, address: '127.0.0.1', exclusive: true })
  return came(socket, 'listening')
}

async function free(port: number): Promise<boolean> {
  const server = createServer().listen(port, '0.0.0.0')
  if (!(await came(server, 'listening'))) return false
  server.close()
  return came(server, 'close')
}

const came = (from: NodeJS.EventEmitter, event: string): Promise<boolean> =>
  once(from, event).then(
    () => true,
    () => false,
  )
