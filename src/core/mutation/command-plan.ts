import { joinLine, splitLine } from '../command-line.ts'
import type { Plan } from '../command.ts'
import { refuseCommand } from '../command-refusals.ts'
import { commandWarnings } from '../command-warnings.ts'
import type { WorkContext } from '../context.ts'
import { sameWords } from '../drift.ts'
import type { LeaseHolder, Machine, MachineConfig } from '../fly.ts'
import { masked } from '../gateway-command.ts'
import { commandOf } from '../machine-config.ts'
import { type Block, code, text } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import { attempt } from './attempt.ts'
import { isUp, reachable, settledNow } from './kept.ts'
import { leaseWarning } from './lease.ts'
import { refuseOwn } from './sharers.ts'
import { gatewayMachines, named, onlyOne } from './targets.ts'

export interface CommandOptions {
  readonly machine?: string | undefined
  readonly set?: string | undefined
}

/** What the run needs of a plan. */
export interface CommandChange {
  readonly id: string
  readonly version: string
  readonly started: boolean
  /** As it may be shown. */
  readonly before: readonly string[]
  readonly words: readonly string[]
  /** It has just this command: nothing to do but remember it. */
  readonly same: boolean
  readonly lease: LeaseHolder | null
  readonly wasReady: boolean
}

type Reachable = Machine & { readonly config: MachineConfig }

/** The machine that was named, or the only one that runs a gateway. */
export function commandTarget(machines: readonly Machine[], word: string | undefined): Reachable {
  return reachable(word === undefined ? onlyOne(gatewayMachines(machines)) : named(machines, word))
}

/** Whether the gateway's config file is there; null where nobody can look. */
export async function configFileOf(
  { app, gateway, signal }: WorkContext,
  machine: Machine,
): Promise<boolean | null> {
  if (machine.state !== 'started') return null
  const found = await attempt(gateway.inspect(app, machine), signal)
  if (!found.known || !found.value.known || found.value.config === null) return null
  return found.value.config.state === 'there'
}

/** The new command beside the old one, word for word as Fly will run it, and what may go wrong with it. */
export async function planCommand(context: WorkContext, options: CommandOptions): Promise<Plan> {
  const { app, fly, gateway, phase } = context
  const machine = settledNow(commandTarget(await fly.machines(app), options.machine))
  const { id, version, state, lease, config } = machine
  refuseOwn(context, id)
  const line = splitLine(options.set ?? '')
  refuseCommand(line, config)
  const before = commandOf(config)
  const started = isUp(machine)
  const same = sameWords(before, line.words)
  const change: CommandChange = {
    id,
    version,
    started,
    before: masked(before),
    words: line.words,
    same,
    lease,
    wasReady: started && !same && (await gateway.probe(app, machine)).ready === true,
  }
  const configFile = phase === 'plan' && !same ? await configFileOf(context, machine) : null
  const warnings = commandWarnings({ config, line, configFile }).map(marked)
  return {
    title: tr(
      `Change the start command of ${id} of ${app}?`,
      `要變更 ${app} 的 ${id} 的啟動指令嗎？`,
    ),
    blocks: [...diff(change), ...[...warnings, ...leaseWarning(machine), away(change)].map(text)],
    fingerprint: JSON.stringify([id, version, state, lease?.owner, lease?.description, line.words]),
    data: change,
    ...(same && { nothing: true }),
  }
}

export const marked = (warning: Text): Text => join(' ', '⚠️', warning)

/** Before and after; where quotes were in play also the words one by one. */
export function diff({ before, words }: Pick<CommandChange, 'before' | 'words'>): readonly Block[] {
  return [
    text(tr('Before', '之前')),
    code(lineOf(before)),
    text(tr('After', '之後')),
    code(joinLine(words)),
    ...(words.some((word) => /[\s'"\\]/.test(word))
      ? [
          text(tr('Fly runs it as these words:', 'Fly 會以這些詞執行：')),
          code(words.map((word, index) => `${index + 1}  ${word}`).join('\n')),
        ]
      : []),
  ]
}

/** Without a command of its own the image’s runs. */
export const lineOf = (words: readonly string[]): string =>
  words.length === 0 ? '(image)' : joinLine(words)

const away = ({ id, started, wasReady }: CommandChange): Text =>
  join(
    ' ',
    started
      ? tr(
          `${id} reboots: the gateway and its channels are away for 30 s to 2 min. If it is not ready with the new command, the old one comes back by itself.`,
          `${id} 會重新開機：閘道與頻道將中斷 30 秒到 2 分鐘。若新指令未能就緒，會自動恢復舊指令。`,
        )
      : tr(
          `${id} is not running and stays so; the command counts from its next start.`,
          `${id} 未在執行並維持原狀；指令於下次啟動時生效。`,
        ),
    started && !wasReady ? tr('Its gateway is not ready now.', '目前閘道未就緒。') : '',
    tr(
      'A later fly deploy puts back what fly.toml says under [processes]; I notice that and offer this one again.',
      '之後的 fly deploy 會改回 fly.toml 的 [processes]；我會發現並提供還原。',
    ),
  )
