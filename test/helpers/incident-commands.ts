import assert from 'node:assert/strict'
import alerts from '../../commands/oncall/alerts.ts'
import maintenance from '../../commands/oncall/maintenance.ts'
import silences from '../../commands/oncall/silence.ts'
import type { ChatContext } from '../../src/core/context.ts'
import type { Incident } from '../../src/core/oncall/incident.ts'
import { alertOf, createScene, type Scene } from './incidents.ts'
import { RESPONDER } from './people.ts'
import { type Ran, runChat } from './run-command.ts'

const COMMANDS = [...alerts, ...silences, ...maintenance]

/** One open incident, and the commands about it as a responder gives them. */
export async function incidentAndCommands() {
  const scene = createScene()
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  const [incident] = await scene.parts.oncall.list()
  assert.ok(incident)
  const run = (name: string, input: object = {}, more: Partial<ChatContext> = {}): Promise<Ran> => {
    const command = COMMANDS.find((one) => one.name === name)
    assert.ok(command)
    const { clock, store, parts } = scene
    const here = { oncall: parts.oncall, clock, store, askedAt: clock.now(), actor: RESPONDER }
    return runChat(command, { ...input }, { ...here, ...more })
  }
  return { scene, id: incident.id, run }
}
/** The incident as it is now. */
export const incidentNow = async ({ parts }: Scene, id: string): Promise<Incident> => {
  const incident = await parts.oncall.get(id)
  assert.ok(incident)
  return incident
}
