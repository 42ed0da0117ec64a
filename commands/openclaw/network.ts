import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { changeNetwork } from '#core/mutation/network.ts'
import { effectsOf } from '#core/network-effects.ts'
import {
  type Direction,
  fingerprintOf,
  type NetworkChange,
  nothingToDo,
  planNetwork,
} from '#core/network-plan.ts'
import { truthfully } from '#core/network-proof.ts'
import { renderResult } from '#core/network-result-words.ts'
import { lookAgain, type NetworkResult, resultOf } from '#core/network-result.ts'
import { renderView } from '#core/network-show-words.ts'
import { viewNetwork } from '#core/network-show.ts'
import { planBlocks } from '#core/network-words.ts'
import { forgetNetwork, networkClosed } from '#core/network-memory.ts'
import { option } from '#core/options.ts'
import { text } from '#core/reply.ts'
import { type Text, tr } from '#core/text.ts'

const options = z.object({ app: option.app().optional() })
const AGAIN_MS = 30_000

/** Done when: addresses and services were read at the moment of asking; what could not be read is named. */
const show = defineCommand({
  name: 'network show',
  description: tr(
    'Addresses, services and ports, and who can reach the gateway from where',
    '位址、服務與連接埠，以及誰能從哪裡連到閘道',
  ),
  examples: ['network show'],
  options,
  role: 'viewer',
  where: 'worker',
  kind: 'read',
  run: (context) => viewNetwork(context),
  render: (view) => renderView(view),
})

/**
 * Done when: the address list shows the change, every machine's config read back has (or lacks) its services, and each gateway that
 * was ready is ready again with another boot.
 */
const change = (to: Direction, description: Text) =>
  defineCommand<typeof options, NetworkResult>({
    name: `network ${to}`,
    description,
    examples: [`network ${to}`],
    options,
    role: 'admin',
    confirm: 'second',
    where: 'worker',
    kind: 'change',

    async plan(context) {
      const { change: planned, machines } = await planNetwork(context, to)
      const idle = nothingToDo(planned)
      const forgets = idle && to === 'public' && (await networkClosed(context)) !== null
      const nothing = idle && !forgets
      // Also just before it is done: if the world changed, this is the question that is shown.
      const effects = idle ? [] : await effectsOf(context, planned, machines)
      return {
        title: forgets ? LEAVE(context.app) : TITLES[to](context.app),
        blocks: forgets ? [text(FORGETS)] : planBlocks(planned, effects),
        fingerprint: fingerprintOf(planned),
        data: planned,
        nothing,
      }
    },

    async run(context, _options, plan) {
      const planned = plan as NetworkChange
      if (nothingToDo(planned)) {
        const means = to === 'public' && (await networkClosed(context)) !== null
        if (means) await forgetNetwork(context)
        return { ...(await resultOf(context, planned, {})), ...(means && { meant: true }) }
      }
      const gateways = await truthfully(context, planned, () => changeNetwork(context, planned))
      return resultOf(context, planned, gateways)
    },

    follow: {
      after: ({ proven }) => (proven ? null : AGAIN_MS),
      look: (context, _options, result) => lookAgain(context, result),
    },

    render: (result) => renderResult(result),
  })

const TITLES: Readonly<Record<Direction, (app: string) => Text>> = {
  private: (app) => tr(`Make ${app} private?`, `要把 ${app} 改為私有嗎？`),
  public: (app) => tr(`Make ${app} public?`, `要把 ${app} 改為公開嗎？`),
}

/** The deploy of somebody else has opened it: nothing is left to do but to mean it. */
const LEAVE = (app: string): Text =>
  tr(`Leave ${app} public, as it is?`, `要讓 ${app} 維持公開嗎？`)
const FORGETS = tr(
  'It has public addresses and services already, by a deploy made elsewhere. Nothing changes at Fly: it is only no longer counted as meant to be private, and what was taken away then is forgotten.',
  '它已因別處的部署而有公開位址與服務。Fly 上不會有任何變更：只是不再視為應為私有，並清除當時移除項目的記錄。',
)

export default [
  show,
  change(
    'private',
    tr(
      'Release public addresses and take the services off: nothing outside reaches it',
      '釋出公開位址並移除服務：外部無法連線',
    ),
  ),
  change('public', tr('Bring services and public addresses back', '恢復服務與公開位址')),
]
