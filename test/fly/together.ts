import type { TestContext } from 'node:test'
import type { Log } from '../../src/core/ports.ts'
import { Secret } from '../../src/core/secret.ts'
import { createFly, createMemoryPacer } from '../../src/fly/index.ts'
import type { FlyClient } from '../../src/fly/index.ts'
import { autoClock } from '../fakes/fly/clock.ts'
import { startFakeFly } from '../fakes/fly/fake-fly.ts'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'

const silent = (): void => {}
const log: Log = { debug: silent, info: silent, warn: silent, error: silent, child: () => log }

/** The client and a simulated Fly in one time, rate limits on: a client that paced itself wrongly would be refused. */
export async function together(t: TestContext): Promise<{ fake: FakeFly; fly: FlyClient }> {
  const clock = autoClock()
  const fake = await startFakeFly({ clock })
  const fly = createFly({
    token: new Secret(fake.token),
    readToken: new Secret(fake.token),
    apiUrl: fake.url,
    platformUrl: fake.platformUrl,
    log,
    metrics: { flyCall: silent, rateLimitWait: silent },
    clock,
    pacer: createMemoryPacer(clock),
  })
  t.after(async () => {
    await fly.close()
    await fake.close()
  })
  return { fake, fly }
}
