import { z } from 'zod'
import { HINTS } from '#core/complete-things.ts'
import { defineCommand } from '#core/command.ts'
import { type CommandChange, planCommand } from '#core/mutation/command-plan.ts'
import { renderCommand } from '#core/mutation/command-render.ts'
import { changeCommand, type Commanded } from '#core/mutation/command-run.ts'
import { type CommandNow, commandNow, shownCommand } from '#core/mutation/command-shown.ts'
import { planStart, renderStart, runStart, startFollow } from '#core/mutation/machine-start.ts'
import { planStop, renderStop, runStop } from '#core/mutation/machine-stop.ts'
import { upFollow } from '#core/mutation/proven-up.ts'
import { repair } from '#core/mutation/repair-command.ts'
import { planUnlock, type UnlockPlan } from '#core/mutation/unlock-plan.ts'
import { renderUnlock } from '#core/mutation/unlock-render.ts'
import { runUnlock, unlockFollow } from '#core/mutation/unlock-run.ts'
import { listed, rowOf } from '#core/machine-list.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'

const options = z.object({
  app: option.app().optional(),
  machine: option.machine().optional(),
})

/** Done when: Fly listed the app's machines. */
const list = defineCommand({
  name: 'machine list',
  description: tr(
    'The app’s machines: state, size, image, lease',
    '應用程式的機器：狀態、規格、映像檔、租用',
  ),
  examples: ['machine list'],
  options: z.object({ app: option.app().optional() }),
  role: 'viewer',
  where: 'worker',
  kind: 'read',

  async run(context) {
    const machines = await context.fly.machines(context.app)
    const ids = machines.map(({ id }) => id)
    await context.store.put(HINTS, `machine.${context.app}`, ids)
    return { app: context.app, machines: machines.map(rowOf) }
  },

  render: listed,
})

/** Done when: a start event newer than any before is there, the machine is started and its gateway answers ready. */
const start = defineCommand({
  name: 'machine start',
  description: tr(
    'Start a stopped machine and wait for its gateway',
    '啟動已停止的機器並等待閘道就緒',
  ),
  examples: ['machine start', 'machine start machine=148ed127b32d89'],
  options,
  role: 'operator',
  where: 'worker',
  kind: 'change',
  plan: planStart,
  run: runStart,
  render: renderStart,
  follow: startFollow,
})

/** Done when: the machine is stopped and the exit of its run is among its events. */
const stop = defineCommand({
  name: 'machine stop',
  description: tr(
    'Stop a machine; its gateway and channels go away',
    '停止機器；其閘道與頻道會中斷',
  ),
  examples: ['machine stop', 'machine stop machine=148ed127b32d89'],
  options,
  role: 'operator',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: planStop,
  run: runStop,
  render: renderStop,
})

/**
 * Done when: the machine's config was read back with the new command, a start event newer than any before is there, and its gateway answers
 * ready from another process. Where it does not, the old command is put back and proven. A machine at rest stays at rest.
 */
const command = defineCommand({
  name: 'machine command',
  description: tr(
    'Show or change what a machine starts, with the usual mistakes pointed out',
    '查看或變更機器的啟動指令，並指出常見錯誤',
  ),
  examples: [
    'machine command',
    'machine command set="node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan"',
  ],
  options: options.extend({
    set: z
      .string()
      .min(1)
      .max(1500)
      .optional()
      .meta({
        about: tr(
          'The command, split as Fly does it; without it the present one is shown',
          '指令，以 Fly 的方式拆分；省略則顯示目前的指令',
        ),
      }),
  }),
  role: 'admin',
  confirm: ({ set }) => (set === undefined ? 'none' : 'typed'),
  risk: ({ set }) => (set === undefined ? 'read' : 'dangerous'),
  where: 'worker',
  kind: 'change',

  plan: async (context, asked) =>
    asked.set === undefined
      ? { title: '', blocks: [], fingerprint: '', data: null }
      : planCommand(context, asked),

  run: async (context, { machine, set }, plan): Promise<Commanded | CommandNow> =>
    set === undefined
      ? commandNow(context, machine)
      : changeCommand(context, plan as CommandChange),

  render: (result: Commanded | CommandNow) =>
    result.kind === 'shown' ? shownCommand(result) : renderCommand(result),

  follow: {
    after: (result: Commanded | CommandNow) =>
      result.kind === 'shown' ? null : upFollow.after(result),
    look: async (context, _asked, result: Commanded | CommandNow) =>
      result.kind === 'shown' ? result : upFollow.look(context, result),
  },
})

/**
 * Done when: the gateway answers ready from a new process, and every lock file there is belongs to it or to nobody any more. A lock of a
 * live gateway is told about and left alone.
 */
const unlock = defineCommand({
  name: 'machine unlock',
  description: tr(
    'Find out who holds the gateway’s lock; free it when nobody does',
    '查明閘道鎖定由誰持有；若無人持有則解除',
  ),
  examples: ['machine unlock', 'machine unlock machine=148ed127b32d89'],
  options,
  role: 'operator',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: planUnlock,
  run: (context, _options, plan) => runUnlock(context, plan as UnlockPlan),
  render: renderUnlock,
  follow: unlockFollow,
})

export default [list, start, stop, command, unlock, repair]
