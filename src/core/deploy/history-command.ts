import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { option } from '../options.ts'
import { tr } from '../text.ts'
import { historyOf } from './history.ts'
import { renderHistory } from './history-render.ts'

/** Done when: what was written down here was read; what could not be read of Fly's releases and machines is named. */
export const history = defineCommand({
  name: 'deploy history',
  description: tr(
    'What was deployed when, by whom, and how it ended; releases made elsewhere, too',
    '何時由誰部署了什麼、結果如何；也包含在他處建立的發行版',
  ),
  examples: ['deploy history'],
  options: z.object({ app: option.app().optional() }),
  role: 'viewer',
  where: 'worker',
  kind: 'read',
  run: (context) => historyOf(context),
  render: (result) => renderHistory(result),
})
