import type { Store } from '../ports.ts'
import { type Block, text } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'

/** By app: Fly refused its metrics to the token when a card last asked. Said where rules are listed, not on each card. */
const BUCKET = 'no-graphs'
const KEEP_MS = 30 * 86_400_000

export interface NoGraphs {
  readonly app: string
  /** What Fly said. */
  readonly why: Text
}

export const noteNoGraphs = (store: Pick<Store, 'put'>, one: NoGraphs): Promise<void> =>
  store.put(BUCKET, one.app, one, { ttlMs: KEEP_MS })

export const noteGraphs = (store: Pick<Store, 'remove'>, app: string): Promise<void> =>
  store.remove(BUCKET, app)

/** The first of these apps whose metrics are refused: one token reads those of all. */
export async function findNoGraphs(
  store: Pick<Store, 'get'>,
  apps: readonly string[],
): Promise<NoGraphs | null> {
  const found = await Promise.all(apps.map((app) => store.get(BUCKET, app)))
  return (found.find((one) => one !== undefined) as NoGraphs | undefined) ?? null
}

/** Why cards have no memory graph, and what to do about it. */
export const noGraphsHint = ({ app, why }: NoGraphs): Block =>
  text(
    join(
      ' ',
      tr(`Cards about ${app} have no memory graph.`, `${app} 的卡片沒有記憶體圖。`),
      why,
      tr(
        'Metrics need FLY_READ_TOKEN, made with fly tokens create readonly <org>: docs/fly-tokens.md.',
        '指標需要以 fly tokens create readonly <org> 建立的 FLY_READ_TOKEN：見 docs/fly-tokens.md。',
      ),
    ),
  )
