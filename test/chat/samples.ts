import assert from 'node:assert/strict'
import { renderDoctor } from '../../src/core/doctor/render.ts'
import { localise } from '../../src/core/localise.ts'
import type { SaidReply } from '../../src/core/reply.ts'
import type { Locale } from '../../src/core/text.ts'
import { alive, broken, OLD } from '../commands/openclaw/deploy-world.ts'
import { WRONG } from '../commands/openclaw/repair-world.ts'
import { ANTHROPIC, inhabit } from '../commands/openclaw/secrets-world.ts'
import { SICK } from '../core/doctor/sick.ts'
import { configWorld } from '../helpers/config-inside.ts'
import { answerFirstConfig } from '../helpers/first-config.ts'
import { arrangeLocks, lockFile } from '../helpers/lock-world.ts'
import {
  bootsOf,
  openScene,
  type Ran,
  type RunOptions,
  type Scene,
  type SceneOptions,
} from '../helpers/mutation.ts'
import { ownMachineIn } from '../helpers/mutation/self.ts'

/** A reply, with the words that lead to it. */
export interface Sample {
  readonly name: string
  readonly reply: SaidReply
}

type Type = (line: string, options?: RunOptions) => Promise<Ran>
interface World {
  readonly scene?: SceneOptions
  /** What has to be closed behind it. */
  readonly arrange?: (scene: Scene) => unknown
  readonly play: (type: Type, scene: Scene) => Promise<void>
}

const press = { press: true } as const

/** The main replies of the commands on config, secrets, deploys, volumes, start command, locks and the bot itself. */
const WORLDS: readonly World[] = [
  {
    arrange: (scene) => configWorld(scene).close,
    play: async (type) => {
      await type('config show')
      await type('config get path=gateway.mode')
      await type('config set path=agents.defaults.maxConcurrent value=8', press)
      await type('config validate')
      await type('config history')
    },
  },
  {
    arrange: inhabit,
    play: async (type) => {
      await type('secrets list')
      await type('secrets set name=ANTHROPIC_API_KEY', { ...press, value: ANTHROPIC })
      await type('secrets unset name=ANTHROPIC_API_KEY', press)
    },
  },
  {
    scene: OLD,
    arrange: alive,
    play: async (type, scene) => {
      await type('deploy image image=2026.9.6', press)
      await type('deploy history')
      await type('deploy rollback', press)
      broken(scene, '2026.10.1')
      await type('deploy image image=2026.10.1', press)
      await type('deploy export kind=private')
    },
  },
  {
    arrange: ({ inside }) => void (inside.exec = answerFirstConfig(new Map())),
    play: async (type) =>
      void (await type('deploy launch second-app', { ...press, value: 'none' })),
  },
  {
    arrange: async ({ fly, deployed, clock, inside }) => {
      // A file system grows when its machine boots.
      inside.disk = (machine) => [bootsOf(machine) > 1 ? 3072 : 1024, 256]
      fly.addSnapshot(deployed.volume.id)
      await clock.advance(600_000)
    },
    play: async (type) => {
      await type('volumes list')
      await type('volumes snapshot', press)
      await type('volumes extend size=3', press)
      await type(`machine command set="${START} --verbose"`, press)
    },
  },
  {
    scene: { deploy: { state: 'stopped' } },
    arrange: (scene) =>
      void arrangeLocks(scene, [
        lockFile('earlier'),
        lockFile('dead', { key: 'b', path: '/data/tmp/openclaw-1000/gateway.580c37bd.lock' }),
      ]),
    play: async (type) => void (await type('machine unlock', press)),
  },
  {
    scene: { deploy: WRONG.all.deploy },
    play: async (type) => void (await type('machine repair', press)),
  },
  {
    arrange: ownMachineIn,
    play: async (type) => {
      await type('ops self status')
      await type('ops self restart', press)
      await type('ops self update 2.0.0', press)
    },
  },
]
const START = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'

/** All of them in one language: each question, the last progress before its answer, and the answer. */
export async function samplesIn(locale: Locale): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for (const world of WORLDS) samples.push(...(await play(world, locale)))
  return [...samples, { name: 'doctor', reply: localise(renderDoctor(SICK), locale) }]
}

async function play({ scene: options, arrange, play: run }: World, locale: Locale) {
  const scene = await openScene(options)
  const samples: Sample[] = []
  const close = await arrange?.(scene)
  try {
    await run(async (line, more) => {
      const ran = await scene.run(line, { ...more, locale })
      samples.push(...told(line, ran))
      return ran
    }, scene)
  } finally {
    if (typeof close === 'function') close()
    await scene.close()
  }
  return samples
}

function told(line: string, { asked, said, end }: Ran): readonly Sample[] {
  const progress = said.findLast(({ blocks }) => blocks.some(({ type }) => type === 'progress'))
  assert.notEqual(end.tone, 'pending', line)
  return [
    ...(asked ? [{ name: `${line}: question`, reply: asked }] : []),
    ...(progress && asked ? [{ name: `${line}: progress`, reply: progress }] : []),
    { name: line, reply: end },
  ]
}
