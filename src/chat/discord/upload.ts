import {
  type APILabelComponent,
  type APIModalSubmitInteraction,
  ComponentType,
} from 'discord-api-types/v10'
import type { Question } from '../../core/front.ts'
import type { GivenFile } from '../../core/invocation.ts'
import { ChatError } from '../../core/ports.ts'
import { truncate } from '../../core/text.ts'
import type { Download } from '../download.ts'
import { LIMITS } from './limits.ts'

/** Where Discord keeps what people upload. */
export const CDN = ['https://cdn.discordapp.com', 'https://media.discordapp.net'] as const

type FileWords = NonNullable<Question['value']>['file']

/** A field of a modal that takes one file, or none. */
export const fileField = ({ label, rule }: FileWords): APILabelComponent => ({
  type: ComponentType.Label,
  label: truncate(label.trim(), LIMITS.modalLabel) || '…',
  description: truncate(rule.trim(), LIMITS.modalAbout),
  component: {
    type: ComponentType.FileUpload,
    custom_id: 'file',
    required: false,
    min_values: 0,
    max_values: 1,
  },
})

/** The file of a submitted modal, if there is one. Its size is Discord's word; where it lies is looked at before it is fetched. */
export function readUpload(
  { data }: Pick<APIModalSubmitInteraction, 'data'>,
  download: Download,
): GivenFile | undefined {
  const [id] = data.components.flatMap((part) =>
    part.type === ComponentType.Label && part.component.type === ComponentType.FileUpload
      ? part.component.values
      : [],
  )
  if (id === undefined) return undefined
  const { url = '', size } = data.resolved?.attachments?.[id] ?? {}
  return {
    size,
    read: async (most) => {
      if (!URL.canParse(url)) throw new ChatError('invalid', 'an upload without an address')
      return download(new URL(url), most)
    },
  }
}
