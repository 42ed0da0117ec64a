import type { TestContext } from 'node:test'
import { lookIn, type Ran, runIn, type RunOptions } from './run.ts'
import { openStage, type SceneOptions, type Stage } from './scene.ts'

/** A stage with somebody in it who types. */
export interface Scene extends Stage {
  readonly run: (line: string, options?: RunOptions) => Promise<Ran>
  /** Lets time pass until the next second look of what ran, and takes it. */
  readonly look: (ran: Ran) => Promise<Ran>
  /** Cancels whatever runs now, as a press on Cancel does. */
  readonly cancel: () => Promise<void>
}

export async function openScene(options?: SceneOptions): Promise<Scene> {
  const stage = await openStage(options)
  return {
    ...stage,
    run: (line, more) => runIn(stage, line, more),
    look: (ran) => lookIn(stage, ran),
    cancel: async () => {
      const { jobs } = stage.ground.deps
      const running = (await jobs.recent(20)).filter(({ state }) => state === 'running')
      for (const { id } of running) await jobs.cancel(id, 'Person 200')
    },
  }
}

/** Opens a scene that closes with the test. */
export async function scene(t: TestContext, options?: SceneOptions): Promise<Scene> {
  const opened = await openScene(options)
  t.after(() => opened.close())
  return opened
}
