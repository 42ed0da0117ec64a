import { serveParent } from './child.ts'
import { connectTo, publish } from './log-sources.ts'

/** The other side of the stream, in a process of its own. */
await serveParent(async ({ port, user, pass }: { port: number; user: string; pass: string }) => {
  const nats = await connectTo(port, user, pass)
  return {
    answer: (load: { perSecond: number; ms: number }) => publish(nats, load),
    close: () => nats.close(),
  }
})
