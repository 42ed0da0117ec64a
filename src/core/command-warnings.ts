import type { SplitLine } from './command-line.ts'
import type { MachineConfig } from './fly.ts'
import { BINDS, flagOf, flat, portOf, runsGateway } from './gateway-command.ts'
import { locate } from './locate.ts'
import { envOf, servicesOf } from './machine-config.ts'
import { type Text, tr } from './text.ts'

export interface CommandFacts {
  readonly config: MachineConfig
  readonly line: SplitLine
  /** Whether the gateway's config file is there; null where nobody could look. */
  readonly configFile: boolean | null
}

/** What is likely to go wrong with this command on this machine: the guide's mistakes, by what its config says. Pure. */
export function commandWarnings(facts: CommandFacts): readonly Text[] {
  return [...shell(facts), ...layout(facts), ...bind(facts), ...ports(facts), ...configured(facts)]
}

const OPERATOR = /^(?:&&?|\|\|?|;|>>?|<|2>&1|2>)$|[`]|\$[({\w]/

function shell({ line }: CommandFacts): readonly Text[] {
  const { words, comment } = line
  const inShell = words.includes('-c')
  const odd = inShell ? undefined : words.find((word) => OPERATOR.test(word))
  const assigned = /^\w+=/.test(words[0] ?? '')
  return [
    ...(odd === undefined
      ? []
      : [
          tr(
            `No shell runs it: “${odd}” is handed over as it is. If a shell is meant: sh -c '…'.`,
            `不會經過 shell：「${odd}」會原樣傳遞。若需要 shell：sh -c '…'。`,
          ),
        ]),
    ...(assigned
      ? [
          tr(
            `“${words[0]}” is taken for the program: variables belong in the machine’s environment.`,
            `「${words[0]}」會被當成程式：變數應放在機器的環境變數中。`,
          ),
        ]
      : []),
    ...(comment === null
      ? []
      : [
          tr(
            `What stands behind # is a comment for Fly and is dropped: “${comment}”.`,
            `# 之後的內容對 Fly 是註解，會被捨棄：「${comment}」。`,
          ),
        ]),
  ]
}

function layout({ config, line }: CommandFacts): readonly Text[] {
  const wrapped = locate(config).layout === 'wrapper'
  if (wrapped)
    return [
      tr(
        'This machine runs a wrapper that starts the gateway itself on another port: with another command /setup and what the wrapper does are gone.',
        '這部機器由包裝程式在另一個連接埠啟動閘道：改用其他指令後，/setup 與包裝程式的功能將消失。',
      ),
    ]
  return runsGateway(line.words)
    ? []
    : [
        tr(
          'There is no word gateway in it, so it does not look as if it starts one.',
          '其中沒有 gateway 一詞，看起來不會啟動閘道。',
        ),
      ]
}

function bind({ config, line }: CommandFacts): readonly Text[] {
  const mode = flagOf(line.words, '--bind')
  if (!runsGateway(line.words)) return []
  if (mode !== null && !BINDS.has(mode))
    return [
      tr(
        `--bind ${mode} is no bind mode: the gateway ends at once. For Fly it is --bind lan.`,
        `--bind ${mode} 不是有效的模式：閘道會立即結束。在 Fly 上請用 --bind lan。`,
      ),
    ]
  if (mode !== null && mode !== 'loopback') return []
  const who =
    servicesOf(config).length > 0
      ? tr(
          'Without --bind lan the gateway listens inside the machine alone: Fly’s proxy can’t reach it (“not listening on expected address”).',
          '沒有 --bind lan 時，閘道只在機器內部監聽：Fly 的代理無法連線（“not listening on expected address”）。',
        )
      : tr(
          'Without --bind lan the gateway listens inside the machine alone: fly proxy and the private network can’t reach it.',
          '沒有 --bind lan 時，閘道只在機器內部監聽：fly proxy 與私有網路無法連線。',
        )
  return [who]
}

const bagsOf = (value: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  Object.values(typeof value === 'object' && value !== null ? value : {}).filter(
    (one) => typeof one === 'object' && one !== null,
  )

function ports(facts: CommandFacts): readonly Text[] {
  return runsGateway(facts.line.words) ? [...routes(facts), ...variables(facts)] : []
}

/** Where Fly sends traffic and looks for health. */
function routes({ config, line }: CommandFacts): readonly Text[] {
  const port = portOf(line.words, config)
  const routed = servicesOf(config).flatMap(({ internalPort }) => internalPort ?? [])
  const wrong = routed.filter((one) => one !== port)
  const checks = bagsOf(config['checks']).flatMap(({ port: one }) =>
    typeof one === 'number' && one !== port && !wrong.includes(one) ? [one] : [],
  )
  return [
    ...(wrong.length === 0
      ? []
      : [
          tr(
            `The gateway would listen on ${port}, but Fly sends traffic to ${wrong.join(', ')} (internal_port).`,
            `閘道會監聽 ${port}，但 Fly 把流量送到 ${wrong.join('、')}（internal_port）。`,
          ),
        ]),
    ...(checks.length === 0
      ? []
      : [
          tr(
            `The gateway would listen on ${port}, but a check asks ${checks.join(', ')}.`,
            `閘道會監聽 ${port}，但有檢查使用 ${checks.join('、')}。`,
          ),
        ]),
  ]
}

function variables({ config, line }: CommandFacts): readonly Text[] {
  const { PORT: plain, OPENCLAW_GATEWAY_PORT: named } = envOf(config)
  const flag = flagOf(line.words, '--port')
  return [
    ...(flag === null || named === undefined || named === flag
      ? []
      : [
          tr(
            `OPENCLAW_GATEWAY_PORT=${named} in the environment says another port than --port ${flag}: OpenClaw’s own commands will look at ${named}.`,
            `環境變數 OPENCLAW_GATEWAY_PORT=${named} 與 --port ${flag} 不同：OpenClaw 自己的指令會使用 ${named}。`,
          ),
        ]),
    ...(plain === undefined || plain === String(portOf(line.words, config))
      ? []
      : [
          tr(
            `PORT=${plain} in the environment is not read by the gateway.`,
            `閘道不會讀取環境變數 PORT=${plain}。`,
          ),
        ]),
  ]
}

function configured({ line, configFile }: CommandFacts): readonly Text[] {
  if (!runsGateway(line.words)) return []
  const allowed = flat(line.words).includes('--allow-unconfigured')
  if (configFile === true || (allowed && configFile === null)) return []
  if (configFile === null)
    return [
      tr(
        'Without --allow-unconfigured the gateway needs its config file; whether that is there could not be looked up.',
        '沒有 --allow-unconfigured 時閘道需要設定檔；無法查詢是否存在。',
      ),
    ]
  return [
    allowed
      ? tr(
          'There is no config file: --allow-unconfigured lets the gateway start without one and writes none.',
          '沒有設定檔：--allow-unconfigured 只讓閘道在沒有設定檔時啟動，不會建立設定檔。',
        )
      : tr(
          'There is no config file and no --allow-unconfigured: the gateway will end at once with code 78 (Missing config).',
          '沒有設定檔也沒有 --allow-unconfigured：閘道會立即以代碼 78 結束（Missing config）。',
        ),
  ]
}
