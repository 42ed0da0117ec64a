import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A server that takes connections and never says a word. */
export interface Silent {
  readonly port: number
  /** Resolves when somebody has sent something. */
  readonly asked: Promise<void>
  readonly close: () => Promise<void>
}

export async function startSilent(): Promise<Silent> {
  const sockets = new Set<Socket>()
  const asked = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    sockets.add(socket)
    // Whoever is killed resets the connection.
    socket.on('error', () => {})
    socket.once('data', () => asked.resolve())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    asked: asked.promise,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
