import type { TestContext } from 'node:test'
import {
  answerEnvironment,
  createEnvironmentWorld,
  type EnvironmentWorld,
} from '../../helpers/environment-inside.ts'
import { type Scene, scene, type SceneOptions } from '../../helpers/mutation.ts'

export const ANTHROPIC = 'sk-ant-api03-Kanari0nTest8f3Qz71LmX04'
export const OPENAI = 'sk-proj-Kanari0nTest8f3Qz71LmX04abcd'

/** Lets the inside of machines answer for their variables. */
export function inhabit({ inside }: Pick<Scene, 'inside'>): EnvironmentWorld {
  const world = createEnvironmentWorld()
  inside.exec = answerEnvironment(world)
  return world
}

export async function secretScene(t: TestContext, options?: SceneOptions) {
  const stage = await scene(t, options)
  const world = inhabit(stage)
  const secretOf = (name: string) =>
    stage.fly.app(stage.deployed.app).secrets.get(name)?.value ?? null
  const machine = () => stage.fly.machine(stage.deployed.machine.id)
  return { ...stage, world, secretOf, machine }
}
