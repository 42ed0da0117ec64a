import type { APIApplicationCommandAutocompleteInteraction } from 'discord-api-types/v10'
import type { Choice } from '../../core/front.ts'
import { truncate } from '../../core/text.ts'
import { completesNumber } from './command-options.ts'
import type { HandleDeps } from './handle.ts'
import { toCompleteRequest } from './invocation.ts'
import { COMPLETE_MS, LIMITS } from './limits.ts'
import type { Responder } from './responder.ts'

/** Offers values while someone types: nothing rather than something late, since a failure shows as an error in the client. */
export async function complete(
  deps: HandleDeps,
  respond: Responder,
  raw: APIApplicationCommandAutocompleteInteraction,
): Promise<void> {
  const choices = await choicesInTime(deps, raw).catch((error: unknown) => {
    deps.log.warn({ err: error, interaction: `d-${raw.id}` }, 'discord completion failed')
    return []
  })
  await respond.offer(completesNumber(raw) ? numbers(choices) : texts(choices))
}

async function choicesInTime(
  deps: HandleDeps,
  raw: APIApplicationCommandAutocompleteInteraction,
): Promise<readonly Choice[]> {
  const timer = new AbortController()
  const late = deps.clock.sleep(COMPLETE_MS, timer.signal).then(
    () => [],
    () => [],
  )
  try {
    return await Promise.race([deps.front.complete(toCompleteRequest(raw, deps)), late])
  } finally {
    timer.abort()
  }
}

function texts(choices: readonly Choice[]) {
  const byName = new Map(
    choices
      .filter(({ value }) => value !== '' && value.length <= LIMITS.choiceText)
      .map(({ name, value }) => [truncate(name.trim(), LIMITS.choiceText) || value, value]),
  )
  return [...byName].slice(0, LIMITS.choices).map(([name, value]) => ({ name, value }))
}

const numbers = (choices: readonly Choice[]) =>
  texts(choices)
    .map(({ name, value }) => ({ name, value: Number(value) }))
    .filter(({ value }) => Number.isFinite(value))
