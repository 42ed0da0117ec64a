import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { option } from '#core/options.ts'
import { costUsdMonth } from '#core/prices.ts'
import { reply, table, text } from '#core/reply.ts'
import { tr } from '#core/text.ts'

const usd = (amount: number): string => `$${amount.toFixed(2)}`

/** Done when: machines, volumes and addresses were all read; a list that could not be read fails the command rather than counting as free. */
export default defineCommand({
  name: 'cost',
  description: tr(
    'What the deployment costs a month, item by item (estimate)',
    '每月費用估計，逐項列出',
  ),
  examples: ['cost'],
  options: z.object({ app: option.app().optional() }),
  role: 'viewer',
  where: 'worker',
  kind: 'read',

  async run({ fly, app }) {
    const [machines, volumes, addresses] = await Promise.all([
      fly.machines(app),
      fly.volumes(app),
      fly.addresses(app),
    ])
    return { app, ...costUsdMonth({ machines, volumes, addresses }) }
  },

  render: ({ app, usd: total, lines, pricesOf, notes }) =>
    reply.info(tr(`${app} costs about ${usd(total)} a month`, `${app} 每月費用約 ${usd(total)}`), [
      table(
        [tr('Item', '項目'), tr('What', '說明'), tr('USD a month', '每月美元')],
        lines.map((line) => [line.id, line.text, usd(line.usd)]),
      ),
      ...notes.map((note) => text(note)),
      text(
        tr(
          `An estimate from the price list of ${pricesOf}, all month at the present state, without traffic and snapshots.`,
          `依 ${pricesOf} 的價目表估算，假設整個月維持目前狀態，不含流量與快照。`,
        ),
      ),
    ]),
})
