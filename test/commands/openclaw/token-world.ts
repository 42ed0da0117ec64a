import type { FakeMachine } from '../../fakes/fly/types.ts'
import type { Scene, SceneOptions } from '../../helpers/mutation.ts'
import { answerToken, createTokenWorld, type TokenWorld } from '../../helpers/token-inside.ts'

export const NAME = 'OPENCLAW_GATEWAY_TOKEN'

/** The token that this machine's processes were started with. */
export const runs = ({ secrets }: FakeMachine): string => secrets[NAME] ?? ''

/** A gateway that refuses to start without a token has given up by now: Fly leaves its machine stopped. */
export const GAVE_UP: SceneOptions = { deploy: { state: 'stopped' } }

/** Takes the token away from the app and from its machine. */
export function withoutToken({ inside, fly, deployed }: Scene): TokenWorld {
  fly.setSecrets(deployed.app, { [NAME]: null })
  const machine = fly.machine(deployed.machine.id)
  machine.secrets = Object.fromEntries(
    Object.entries(machine.secrets).filter(([name]) => name !== NAME),
  )
  const tokens = createTokenWorld()
  inside.exec = answerToken(tokens)
  return tokens
}
