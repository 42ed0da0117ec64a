import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { processGroupOf } from '../machine-config.ts'
import { tr } from '../text.ts'

/** A spare that Fly starts when another one's host fails; it is stopped on purpose. */
export const isStandby = ({ config }: Machine): boolean =>
  Array.isArray(config?.['standbys']) && config['standbys'].length > 0

const groupOf = ({ config }: Machine): string => (config === null ? 'app' : processGroupOf(config))

/** The machines that run the gateway, as far as their config tells: standbys and other process groups are none of them. */
export function gatewayMachines(machines: readonly Machine[]): readonly Machine[] {
  const present = machines.filter(({ state }) => !state.startsWith('destroy'))
  return present.filter((machine) => groupOf(machine) === 'app' && !isStandby(machine))
}

/** The machine with this id or name. Rejects when there is none, and says which there are. */
export function named(machines: readonly Machine[], word: string): Machine {
  const wanted = word.toLowerCase()
  const found = machines.find(({ id, name }) => id === wanted || name === wanted)
  if (found !== undefined && !found.state.startsWith('destroy')) return found
  const ids = machines.map(({ id }) => id).join(', ')
  throw new OpsError('bad_input', tr(`There is no machine ${word}.`, `沒有機器 ${word}。`), {
    hint:
      ids === ''
        ? tr('The app has no machine at all.', '這個應用程式沒有任何機器。')
        : tr(`There are: ${ids}.`, `現有：${ids}。`),
  })
}

/** The one machine that is meant when none was named. Rejects when that is not clear. */
export function onlyOne(candidates: readonly Machine[]): Machine {
  const [first, ...more] = candidates
  if (first === undefined) throw noMachine()
  if (more.length === 0) return first
  const ids = candidates.map(({ id }) => id).join(', ')
  throw new OpsError(
    'bad_input',
    tr(
      `Which machine? There are ${candidates.length}: ${ids}.`,
      `要選哪一部機器？共有 ${candidates.length} 部：${ids}。`,
    ),
    { hint: tr(`Name it: machine=${first.id}.`, `請指定：machine=${first.id}。`) },
  )
}

export const noMachine = (): OpsError =>
  new OpsError(
    'not_found',
    tr('This app has no machine that runs the gateway.', '這個應用程式沒有執行閘道的機器。'),
    {
      hint: tr(
        '/openclaw machine list shows what there is.',
        '/openclaw machine list 會列出現有機器。',
      ),
    },
  )
