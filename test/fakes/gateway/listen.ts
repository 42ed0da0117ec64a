import type { Server } from 'node:http'
import { StartFailure } from './runtime.ts'
import type { Settings } from './runtime.ts'

/** Listens where the flags say; fails with the recorded texts when the port is taken (without the ten seconds of tries). */
export async function listen(server: Server, settings: Settings): Promise<void> {
  const { port, bind, log } = settings
  const host = bind === 'loopback' ? '127.0.0.1' : '0.0.0.0'
  const failure = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve)
    server.listen(port, host, () => {
      server.off('error', resolve)
      resolve(undefined)
    })
  })
  if (failure === undefined) return
  log.bare(
    `Gateway failed to start: another gateway instance is already listening on ws://${host}:${port} | listen EADDRINUSE: address already in use ${host}:${port} | EADDRINUSE`,
  )
  log.raw('If the gateway is supervised, stop it with: openclaw gateway stop')
  log.bare(`Port ${port} is already in use.`)
  throw new StartFailure(1)
}
